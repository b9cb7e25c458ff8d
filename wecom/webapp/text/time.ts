// Instants as people say them, in the language and the zone of the device: 09:32, 昨天, 星期二, 11/20.
import { computed, ref, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import type { Language } from ".";
import { CALENDARS } from "./calendar";

const DAY = 86_400_000;

const dayOf = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / DAY;

/** Whole days between two instants, as a calendar counts them. */
export function daysBetween(earlier: Date, later: Date): number {
  return dayOf(later) - dayOf(earlier);
}

export const sameDay = (one: string, other: string): boolean => daysBetween(new Date(one), new Date(other)) === 0;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(language: string, how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(how);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language, how);
  formats.set(key, known);
  return known;
}

const twoDigits = (count: number): string => String(count).padStart(2, "0");

/** Alike in all our languages. */
export const clock = (at: Date): string => `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;

function yesterday(language: string): string {
  const said = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-1, "day");
  return said[0]!.toLocaleUpperCase(language) + said.slice(1);
}

/** For a row of a list: as short as can be. */
export function rowTime(at: Date, now: Date, language: string): string {
  const past = daysBetween(at, now);
  if (past <= 0) return clock(at);
  const { yesterday, days, months, date, fullDate } = CALENDARS[language as Language] ?? CALENDARS.en;
  if (past === 1) return yesterday;
  if (past < 7) return days.split(" ")[at.getDay()]!;
  const [day, month, year] = [at.getDate(), at.getMonth(), at.getFullYear()];
  return year === now.getFullYear() ? date(day, months.split(" ")[month]!) : fullDate(day, month + 1, year);
}

/** For the line between two days of a conversation. */
export function dayLine(at: Date, now: Date, language: string): string {
  const days = daysBetween(at, now);
  if (days === 0) {
    const said = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "day");
    return said[0]!.toLocaleUpperCase(language) + said.slice(1);
  }
  if (days === 1) return yesterday(language);
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return format(language, { weekday: "long", month: "long", day: "numeric", year }).format(at);
}

/** The whole instant, for who wants to know exactly. */
export const fullTime = (at: Date, language: string): string =>
  format(language, { dateStyle: "medium", timeStyle: "short" }).format(at);

/** The present, as often as a screen needs it. */
export const now = ref(new Date());
if (typeof window !== "undefined") window.setInterval(() => (now.value = new Date()), 30_000);

/** The same, kept current while it is on the screen. */
export function useTime(): {
  now: typeof now;
  row: ComputedRef<(at: string) => string>;
  day: ComputedRef<(at: string) => string>;
  clock: ComputedRef<(at: string) => string>;
  full: ComputedRef<(at: string) => string>;
} {
  const { locale } = useI18n();
  return {
    now,
    row: computed(() => (at: string) => rowTime(new Date(at), now.value, locale.value)),
    day: computed(() => (at: string) => dayLine(new Date(at), now.value, locale.value)),
    clock: computed(() => (at: string) => clock(new Date(at))),
    full: computed(() => (at: string) => fullTime(new Date(at), locale.value)),
  };
}
