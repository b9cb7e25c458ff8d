// Whether one comes or goes: as the server proposed, unless that is no longer so.
import type { Now, Way } from "@/wire/checkins";
import type { WaitingPunch } from "@/wire/punches";

/** Longer than any stretch of work: what waits from before is of another day. */
const SAME_DAY = 16 * 3_600_000;

/**
 * What the big button is about; null: its time is to tell, since what was proposed is of another time. `at` and the
 * times of what waits are by one clock.
 */
export function wayNow(now: Now, isStale: boolean, waiting: readonly WaitingPunch[], at: number): Way | null {
  const recent = waiting.filter((each) => each.kind === "regular" && !each.refusal && Math.abs(at - each.at) < SAME_DAY);
  const last = recent.at(-1);
  // The server has not heard of it, whatever it proposed.
  if (last) return last.way === "on" ? "off" : null;
  return isStale ? null : (now.next?.kind ?? now.proposed);
}
