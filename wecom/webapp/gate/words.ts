import type { Language } from "@/text";

export const WORDS: Parameters<typeof import("@/text").speak>[1] = {
  "zh-CN": () => import("@/text/words/zh-CN/gate"),
  en: () => import("@/text/words/en/gate"),
  de: () => import("@/text/words/de/gate"),
} satisfies Record<Language, unknown>;
