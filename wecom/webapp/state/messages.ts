// What is said and taken back.
import type { components } from "@/wire/api.gen";

import type { Changing, Draft } from "./draft";
import { callsOn, MOST_UNREAD } from "./model";
import type { Conversation, Message, Stretch } from "./model";
import { goneMessage, messageAt, placeOf, withoutContent } from "./stretches";

type Said = components["schemas"]["MessageSent"];
type Recalled = components["schemas"]["MessageRecalled"];
type Held = Changing<Conversation>;

export function sent(draft: Draft, held: Held, seq: number, body: Said): void {
  const message = { ...body, seq } as unknown as Message;
  if (held.live) {
    const newest = draft.newest(held);
    const place = placeOf(newest, seq);
    if (newest[place]?.seq !== seq) newest.splice(place, 0, message);
  }
  if (message.recalled) takenBack(held, seq);
  if (seq <= held.as_of) return;
  held.last = { seq, sender_id: message.sender_id, sent_at: message.sent_at, content: message.content };
  held.hidden &&= seq <= (held.hidden_up_to ?? 0);
  if (seq <= held.read_seq || message.sender_id === draft.me.id || message.recalled) return;
  held.unread = Math.min(MOST_UNREAD, held.unread + 1);
  if (held.kind !== "app" && callsOn(message.content, draft.me.id)) held.mentioned = true;
}

export function recalled(draft: Draft, held: Held, seq: number, body: Recalled): void {
  const of = body.message_seq;
  const message = messageAt(held.live, of) ?? messageAt(held.jump, of);
  if (messageAt(held.live, of)) {
    const newest = draft.newest(held);
    newest[placeOf(newest, of)] = goneMessage(newest[placeOf(newest, of)]!);
  }
  held.jump = withoutContent(held.jump, of);
  const counted = !held.taken_back.has(of) && of > Math.max(held.read_seq, held.from_seq);
  takenBack(held, of);
  if (seq <= held.as_of) return;
  if (held.last?.seq === of) held.last = { ...held.last, content: null };
  if (!counted || message?.sender_id === draft.me.id) return;
  // Whether it was counted is certain only where it was held and not yet known to be taken back.
  if (!message || message.recalled || !unreadIsKnown(held)) draft.recount(held.id);
  else count(held, draft.me.id);
}

function takenBack(held: Held, seq: number): void {
  held.taken_back = new Set(held.taken_back).add(seq);
}

/** Whether everything that is unread is held. */
export function unreadIsKnown(held: Conversation): held is Conversation & { live: Stretch } {
  const from = held.live?.from ?? null;
  return from !== null && from <= Math.max(held.read_seq, held.from_seq);
}

/** The unread counted anew from the messages held. */
export function count(held: Held, me: number): void {
  const messages = held.live?.messages ?? [];
  let unread = 0;
  let mentioned = false;
  for (let place = placeOf(messages, held.read_seq + 1); place < messages.length; place++) {
    const each = messages[place]!;
    if (each.sender_id === me || each.recalled || each.notice) continue;
    unread += 1;
    mentioned ||= held.kind !== "app" && callsOn(each.content, me);
  }
  held.unread = Math.min(MOST_UNREAD, unread);
  held.mentioned = mentioned;
}
