import type { Language } from "@/text";

export const WORDS: Parameters<typeof import("@/text").speak>[1] = {
  "zh-CN": () => import("@/text/words/zh-CN/console"),
  en: () => import("@/text/words/en/console"),
  de: () => import("@/text/words/de/console"),
} satisfies Record<Language, unknown>;
