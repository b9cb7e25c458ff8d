// Stretches of messages: added to at either end, and joined when they meet.
import type { Message, Stretch } from "./model";

export const NOTHING: Stretch = { messages: [], from: null, to: null };

/** Where a number stands, or would. */
export function placeOf(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function messageAt(stretch: Stretch | null, seq: number): Message | undefined {
  const found = stretch?.messages[placeOf(stretch.messages, seq)];
  return found?.seq === seq ? found : undefined;
}

/** Both lists in order, each number once; where both have one, `first`'s. */
export function merged(first: readonly Message[], second: readonly Message[]): readonly Message[] {
  if (!first.length) return second;
  if (!second.length) return first;
  if (first.at(-1)!.seq < second[0]!.seq) return [...first, ...second];
  if (second.at(-1)!.seq < first[0]!.seq) return [...second, ...first];
  const bySeq = new Map(second.map((each) => [each.seq, each]));
  for (const each of first) bySeq.set(each.seq, each);
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}

/** A message as one that was taken back. */
export const goneMessage = (message: Message): Message => ({ ...message, recalled: true, content: null });

export function withoutContent(stretch: Stretch | null, seq: number): Stretch | null {
  if (!stretch) return null;
  const place = placeOf(stretch.messages, seq);
  const message = stretch.messages[place];
  if (message?.seq !== seq || message.recalled) return stretch;
  return { ...stretch, messages: stretch.messages.with(place, goneMessage(message)) };
}

/** Two stretches that meet or overlap as one. `low` begins lower. */
export function joined(low: Stretch, high: Stretch): Stretch {
  return { messages: merged(high.messages, low.messages), from: low.from, to: high.to };
}

export function meet(low: Stretch, high: Stretch): boolean {
  return low.to !== null && high.from !== null && low.to >= high.from;
}
