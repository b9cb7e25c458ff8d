// What a clock shows in a zone, and the instant at which it does: a browser elsewhere would take it for its own.

/** As a field for date and time has it: 2026-01-31T08:15. */
export function shownIn(iso: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(new Date(iso));
  return parts.replace(" ", "T");
}

export function instantIn(shown: string, zone: string): string {
  const off = (at: number) => Date.parse(`${shownIn(new Date(at).toISOString(), zone)}:00Z`) - at;
  const guess = Date.parse(`${shown}:00Z`);
  const near = guess - off(guess);
  return new Date(near - (near + off(near) - guess)).toISOString();
}
