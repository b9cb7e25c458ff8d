import type { Language } from "@/text";

export const WORDS: Parameters<typeof import("@/text").speak>[1] = {
  "zh-CN": () => import("@/text/words/zh-CN/app"),
  en: () => import("@/text/words/en/app"),
  de: () => import("@/text/words/de/app"),
} satisfies Record<Language, unknown>;
