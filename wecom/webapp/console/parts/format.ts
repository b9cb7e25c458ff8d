// Times, numbers and sizes as the language in use writes them.
import { i18n } from "@/text";

const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>();

export function instant(iso: string | null | undefined): string {
  if (!iso) return "";
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  return dates("instant", options).format(new Date(iso));
}

/** To the second, for logs. */
export function moment(iso: string): string {
  const options = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  return dates("moment", options).format(new Date(iso));
}

export function day(iso: string): string {
  // A day of the company's, whatever zone the browser is in.
  return dates("day", { month: "numeric", day: "numeric", timeZone: "UTC" }).format(new Date(iso));
}

export function number(value: number): string {
  return kept("number", (language) => new Intl.NumberFormat(language)).format(value);
}

export function bytes(value: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const step = Math.min(units.length - 1, Math.floor(Math.log(Math.max(1, value)) / Math.log(1024)));
  const options = { style: "unit", unit: units[step]!, unitDisplay: "short", maximumFractionDigits: step ? 1 : 0 } as const;
  return kept(`bytes${step}`, (language) => new Intl.NumberFormat(language, options)).format(value / 1024 ** step);
}

/** A stretch of time in its largest whole unit. */
export function stretch(seconds: number): string {
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]] as const;
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? units[3];
  const options = { style: "unit", unit, unitDisplay: "long" } as const;
  return kept(`stretch${unit}`, (language) => new Intl.NumberFormat(language, options)).format(Math.floor(seconds / size));
}

/** As a list is said: a, b and c. */
export function together(words: readonly string[]): string {
  return new Intl.ListFormat(language()).format(words);
}

function dates(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(name, (language) => new Intl.DateTimeFormat(language, { ...options, hourCycle: "h23" }));
}

function kept<F extends Intl.DateTimeFormat | Intl.NumberFormat>(name: string, make: (language: string) => F): F {
  const key = `${language()} ${name}`;
  if (!made.has(key)) made.set(key, make(language()));
  return made.get(key) as F;
}

function language(): string {
  return (i18n.global.locale as unknown as { value: string }).value;
}
