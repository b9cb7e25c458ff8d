// Whose turn it is among what waits: to be said, and to be uploaded.
import type { Pending } from "./pending";

const UPLOADS_AT_ONCE = 2;

type All = ReadonlyMap<string, Pending>;

const inOrder = (one: Pending, other: Pending): number => one.written_at - other.written_at;

/** In the order in which they were written. */
export const ofConversation = (all: All, conversationId: number): Pending[] =>
  [...all.values()].filter((each) => each.conversation_id === conversationId).sort(inOrder);

export const waits = (all: All): boolean =>
  [...all.values()].some((each) => each.refusal === undefined && each.seq === undefined);

/** Of each conversation that nothing holds up the oldest that is ready. */
export function nextToSay(all: All, held: (conversationId: number) => boolean): Pending[] {
  const found = new Map<number, Pending>();
  for (const each of all.values()) {
    if (each.refusal !== undefined || each.seq !== undefined || held(each.conversation_id)) continue;
    if (each.file && !isTurn(all, each)) continue;
    const first = found.get(each.conversation_id);
    if (!first || each.written_at < first.written_at) found.set(each.conversation_id, each);
  }
  return [...found.values()];
}

/** A file goes out once it is here, and so are those of its conversation that were chosen before it. */
function isTurn(all: All, pending: Pending): boolean {
  if (!pending.file?.upload) return false;
  return !ofConversation(all, pending.conversation_id).some(
    (each) => each.written_at < pending.written_at && each.file && !each.file.upload && each.refusal === undefined,
  );
}

export function nextToUpload(all: All, idle: (pending: Pending) => boolean, under: number): Pending[] {
  const waiting = [...all.values()].filter(
    (each) => each.file && !each.file.upload && each.refusal === undefined && idle(each),
  );
  return waiting.sort(inOrder).slice(0, Math.max(0, UPLOADS_AT_ONCE - under));
}
