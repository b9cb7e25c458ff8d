// Days in an address, and the instants between which they lie where the reader is.
const DAY = /^\d{4}-\d\d-\d\d$/;

/** When the day begins; none where it is no day. `later`: so many days after it. */
export function begins(day: string, later = 0): string | undefined {
  if (!DAY.test(day)) return undefined;
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const at = new Date(year, month - 1, date + later);
  // The 31st of February is the 3rd of March to a clock, and nothing that somebody asked for.
  const meant = new Date(year, month - 1, date);
  return meant.getMonth() === month - 1 && meant.getDate() === date && year >= 2000 ? at.toISOString() : undefined;
}
