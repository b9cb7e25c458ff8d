// Where a message stands among its neighbours: what is said above it, and whether it goes on from the one before.
import { daysBetween } from "@/text/time";

export interface Placed {
  seq: number;
  sender_id: number;
  sent_at: string;
  recalled: boolean;
  /** Nothing that was said. */
  notice?: unknown;
}

export interface Place {
  /** A line above it names the day. */
  day: boolean;
  /** A line above it says that what follows is new. */
  fresh: boolean;
  /** Its sender is named: another spoke before, or some time has gone by. */
  first: boolean;
}

const TOGETHER = 5 * 60_000;

/** `freshFrom`: the number of the first message that was new when the conversation was opened. */
export function place(messages: readonly Placed[], index: number, freshFrom: number | null): Place {
  const it = messages[index]!;
  const before = messages[index - 1];
  if (!before) return { day: true, fresh: it.seq === freshFrom, first: true };
  const at = new Date(it.sent_at);
  const then = new Date(before.sent_at);
  const day = daysBetween(then, at) !== 0;
  const fresh = it.seq === freshFrom;
  const late = at.getTime() - then.getTime() > TOGETHER;
  const alone = [before, it].some((each) => each.recalled || each.notice);
  return { day, fresh, first: day || fresh || late || alone || before.sender_id !== it.sender_id };
}

/** The first message of others above a read mark; null where there is none. */
export function firstFresh(messages: readonly Placed[], readSeq: number, me: number): number | null {
  return messages.find((each) => each.seq > readSeq && each.sender_id !== me && !each.notice)?.seq ?? null;
}
