// Sizes of files as people read them.
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function bytes(size: number, language: string): string {
  const step = size < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(size) / 3));
  const value = size / 1000 ** step;
  const digits = step === 0 || value >= 100 ? 0 : 1;
  return new Intl.NumberFormat(language, {
    style: "unit", unit: UNITS[step], unitDisplay: step === 0 ? "long" : "short", maximumFractionDigits: digits,
  }).format(value);
}
