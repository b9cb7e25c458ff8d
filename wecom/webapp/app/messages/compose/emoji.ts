// Emoji by group and by word, in the language that is spoken; those used last come first. Loaded when first wanted.
import type { CompactEmoji } from "emojibase";

import type { Language } from "@/text";

export interface Emoji {
  sign: string;
  name: string;
  group: number;
  words: string;
}

const LOADERS: Record<Language, () => Promise<{ default: unknown }>> = {
  "zh-CN": () => import("emojibase-data/zh/compact.json"),
  en: () => import("emojibase-data/en/compact.json"),
  de: () => import("emojibase-data/de/compact.json"),
};

/** Skin tones and hair, which are no emoji of their own. */
const COMPONENTS = 2;
const KEPT = "wecom.emoji";
const MOST = 24;

export async function load(language: Language): Promise<Emoji[]> {
  const all = (await LOADERS[language]()).default as CompactEmoji[];
  return all
    .filter((each) => each.group !== undefined && each.group !== COMPONENTS)
    .sort((one, other) => (one.order ?? 0) - (other.order ?? 0))
    .map((each) => ({
      sign: each.unicode,
      name: each.label,
      group: each.group!,
      words: [each.label, ...(each.tags ?? [])].join(" ").toLocaleLowerCase(language),
    }));
}

export function search(all: readonly Emoji[], said: string): Emoji[] {
  const wanted = said.trim().toLocaleLowerCase();
  return all.filter((each) => each.words.includes(wanted) || each.sign === said.trim());
}

export function recent(): string[] {
  try {
    return (JSON.parse(localStorage.getItem(KEPT) ?? "[]") as string[]).slice(0, MOST);
  } catch {
    return [];
  }
}

export function used(sign: string): void {
  const kept = [sign, ...recent().filter((each) => each !== sign)].slice(0, MOST);
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // Nothing can be kept here: they are forgotten, and that is all.
  }
}
