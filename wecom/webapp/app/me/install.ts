// Installing the app: browsers that offer it say so once, early, and are answered when somebody asks.
import { shallowRef } from "vue";

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export const installing = shallowRef<InstallPrompt | null>(null);
export const isInstalled = matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;
export const isIos = /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installing.value = event as InstallPrompt;
});
addEventListener("appinstalled", () => (installing.value = null));

export async function install(): Promise<void> {
  const asking = installing.value;
  installing.value = null;
  await asking?.prompt();
}
