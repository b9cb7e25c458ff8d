// The member's settings, the same on all their devices, and what of them this device follows.
import { defineStore } from "pinia";
import { shallowRef, watch } from "vue";

import { theme } from "@/parts/theme";
import { keptLanguage, preferred, speak } from "@/text";
import { changeSettings, settings as askSettings, type Settings } from "@/wire/me";

import { WORDS } from "../words";

import { useChat } from "./chat";

const CHOSEN = "wecom.chosen";
type Looks = Pick<Settings, "language" | "theme">;

/** Remember what was chosen before signing in: it becomes the member's own then. */
export function choose(looks: Partial<Looks>): void {
  const before = JSON.parse(sessionStorage.getItem(CHOSEN) ?? "{}") as Partial<Looks>;
  sessionStorage.setItem(CHOSEN, JSON.stringify({ ...before, ...looks }));
}

function chosen(): Partial<Looks> {
  const looks = JSON.parse(sessionStorage.getItem(CHOSEN) ?? "{}") as Partial<Looks>;
  sessionStorage.removeItem(CHOSEN);
  return looks;
}

export const useSettings = defineStore("settings", () => {
  const chat = useChat();
  const settings = shallowRef<Settings | null>(null);
  /** What was changed here and the server has not answered yet: what it says meanwhile is older. */
  const asked = new Set<Partial<Settings>>();

  chat.entriesHeard.add((entries) => {
    for (const { entry } of entries) if (entry.kind === "settings.changed") adopt(entry.body as Settings);
  });

  // What changed between the first answer and the connection is told by no entry where nothing was kept here.
  watch(
    () => chat.connection,
    (now) => now === "live" && settings.value && void askSettings().then(adopt, () => undefined),
  );

  function adopt(told: Settings): void {
    const now = Object.assign({ ...told }, ...asked) as Settings;
    settings.value = now;
    theme.value = now.theme;
    const language = now.language ?? preferred(navigator.languages);
    if (language !== keptLanguage()) void speak(language, WORDS);
  }

  /** Ask for them, and tell them what was chosen at the door. */
  async function begin(): Promise<void> {
    const looks = chosen();
    const found = await askSettings();
    adopt({ ...found, ...looks });
    if (Object.keys(looks).length) await changeSettings(looks);
  }

  /** Change some of them: seen at once, and taken back where the server does not agree. */
  async function change(changes: Partial<Settings>): Promise<void> {
    const before = settings.value;
    asked.add(changes);
    if (before) adopt(before);
    try {
      await changeSettings(changes);
      asked.delete(changes);
    } catch (error) {
      asked.delete(changes);
      const names = Object.keys(changes) as (keyof Settings)[];
      if (before && settings.value) adopt({ ...settings.value, ...Object.fromEntries(names.map((name) => [name, before[name]])) });
      throw error;
    }
  }

  return { settings, adopt, begin, change };
});
