// Each language by its own name.
import type { Language } from ".";

export const NAMES: Record<Language, string> = { "zh-CN": "简体中文", en: "English", de: "Deutsch" };
