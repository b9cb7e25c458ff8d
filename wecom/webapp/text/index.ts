// Languages: which one is spoken, and the words of each, loaded when first wanted.
import { createI18n } from "vue-i18n";

import { compiled } from "./gaps";

export const LANGUAGES = ["zh-CN", "en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

type Words = { [key: string]: string | Words };
type Loader = () => Promise<{ default: Words }>;

/** The language of a browser that says what it prefers, among ours. */
export function preferred(wanted: readonly string[]): Language {
  for (const each of wanted) {
    const found = LANGUAGES.find((language) => language.slice(0, 2) === each.slice(0, 2).toLowerCase());
    if (found) return found;
  }
  return "en";
}

const KEPT = "wecom.language";

export function keptLanguage(): Language {
  const kept = localStorage.getItem(KEPT) as Language | null;
  return kept && LANGUAGES.includes(kept) ? kept : preferred(navigator.languages);
}

export const i18n = createI18n({
  ...{ legacy: false, locale: "en", fallbackLocale: "en", messageCompiler: compiled },
  messages: {} as Record<string, Words>,
});

/** Speak a language from now on. `loaders` are a client's own words, by language. */
export async function speak(language: Language, loaders: Record<Language, Loader>): Promise<void> {
  const words = (await loaders[language]()).default;
  i18n.global.setLocaleMessage(language, words as never);
  (i18n.global.locale as unknown as { value: string }).value = language;
  document.documentElement.lang = language;
  localStorage.setItem(KEPT, language);
}
