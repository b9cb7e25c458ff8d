// Light, dark, or as the system is: kept on this device, and followed while it changes.
import { ref, watchEffect } from "vue";

export type Theme = "light" | "dark" | "system";
const KEPT = "wecom.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = ref(system.matches);
system.addEventListener("change", (event) => (systemIsDark.value = event.matches));

const kept = localStorage.getItem(KEPT);
export const theme = ref<Theme>(kept === "light" || kept === "dark" ? kept : "system");

export function followTheme(): void {
  watchEffect(() => {
    localStorage.setItem(KEPT, theme.value);
    const dark = theme.value === "dark" || (theme.value === "system" && systemIsDark.value);
    document.documentElement.setAttribute("theme-mode", dark ? "dark" : "light");
  });
}
