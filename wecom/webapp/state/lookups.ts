// How much is kept of what was looked up: people with their numbers, whole departments. Not all that one ever saw.
import { askOf } from "./model";

/** More than any screen shows, or the last dozen of them. */
export const MOST_LOOKUPS = 2_000;
/** So many are given up in one go that it is seldom done. */
const ROOM = 200;

/** What is to be given up: `recent` are those looked at of late, the last at the end; of the others the oldest go first. */
export function overdue(known: ReadonlyMap<string, unknown>, recent: ReadonlySet<string>): string[] {
  if (known.size <= MOST_LOOKUPS) return [];
  const isOne = (key: string): boolean => askOf(key).id !== 0;
  const others = [...known.keys()].filter((key) => isOne(key) && !recent.has(key));
  const late = [...recent].filter((key) => isOne(key) && known.has(key));
  return [...others, ...late].slice(0, known.size - MOST_LOOKUPS + ROOM);
}
