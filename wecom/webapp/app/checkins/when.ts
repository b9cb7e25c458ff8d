// Times of day by the clock at work, wherever this device is; and lengths of time in words.
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

const formats = new Map<string, Intl.DateTimeFormat>();
function format(language: string, how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(how);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language, how);
  formats.set(key, known);
  return known;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

export const clockIn = (zone: string, at: string | number, language: string, seconds = false): string =>
  format(language, { ...CLOCK, ...(seconds ? { second: "2-digit" } : {}), timeZone: zone }).format(new Date(at));

/** A date, 2026-11-22, which is of no zone. */
export const dateOf = (name: string): Date => new Date(`${name}T12:00:00Z`);
export const nameOf = (date: Date): string => date.toISOString().slice(0, 10);

export const dayName = (name: string, language: string): string =>
  format(language, { weekday: "long", month: "long", day: "numeric", timeZone: "UTC" }).format(dateOf(name));
export const monthName = (name: string, language: string): string =>
  format(language, { year: "numeric", month: "long", timeZone: "UTC" }).format(dateOf(`${name}-15`));
export const weekdays = (language: string): string[] =>
  [0, 1, 2, 3, 4, 5, 6].map((day) => format(language, { weekday: "narrow", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + day))));

/** The weeks of a month from Monday to Sunday; null: of another month. */
export function weeksOf(month: string): (string | null)[][] {
  const first = dateOf(`${month}-01`);
  const days: (string | null)[] = Array.from({ length: (first.getUTCDay() + 6) % 7 }, () => null);
  for (const day = new Date(first); nameOf(day).startsWith(month); day.setUTCDate(day.getUTCDate() + 1)) days.push(nameOf(day));
  while (days.length % 7) days.push(null);
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(7 * week, 7 * week + 7));
}

export function monthBeside(month: string, by: number): string {
  const first = dateOf(`${month}-01`);
  first.setUTCMonth(first.getUTCMonth() + by);
  return nameOf(first).slice(0, 7);
}

/** Lengths in hours and minutes. */
export function useLengths(): ComputedRef<(seconds: number) => string> {
  const { t } = useI18n();
  return computed(() => (seconds: number) => {
    const minutes = Math.floor(seconds / 60);
    const [h, m] = [Math.floor(minutes / 60), minutes % 60];
    if (!h) return t("checkins.minutes", { m });
    return m ? t("checkins.hoursMinutes", { h, m }) : t("checkins.hours", { h });
  });
}
