// For how long something has been so, in words.
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Whole ones of the largest unit there is: 3 hours ago. Nothing is said to be older than it is. */
export function ago(seconds: number, language: string): string {
  const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? UNITS[3];
  return new Intl.RelativeTimeFormat(language).format(-Math.max(0, Math.floor(seconds / size)), unit);
}

export function useAgo(): ComputedRef<(seconds: number) => string> {
  const { locale } = useI18n();
  return computed(() => (seconds) => ago(seconds, locale.value));
}
