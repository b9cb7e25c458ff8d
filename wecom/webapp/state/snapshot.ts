// States from what the API answers: the first one, and what is asked for later.
import { changed, type Changing, type Draft } from "./draft";
import { isConversation, keyOf, numberOf, streamOf } from "./model";
import type { Ask, Conversation, ConversationView, Message, MessageView, MeView, State } from "./model";
import { goneMessage, joined, meet, merged, NOTHING } from "./stretches";

/** A first state. The heads must have been heard before the conversations were asked for. */
export function begin(
  me: MeView,
  epoch: string,
  heads: Readonly<Record<string, number>>,
  conversations: readonly ConversationView[],
): State {
  const listed = conversations.map(viewed);
  // Conversations that have a head and are not listed are apps that never said anything to this member.
  const cursors = new Map(Object.entries(heads));
  for (const each of listed) cursors.set(streamOf(each.id), each.as_of);
  return {
    me: { id: me.id, userid: me.userid, name: me.name, roles: me.roles, session_id: me.session_id },
    epoch,
    cursors,
    behind: new Map(),
    conversations: new Map(listed.map((each) => [each.id, each])),
    devices: null,
    looked_up: new Map(),
    stale: new Set(),
    asks: new Map(),
  };
}

/** A conversation from the API's answer. */
export function viewed(view: ConversationView): Conversation {
  const { head, ...plain } = view;
  const unseen = { participants: null, live: null, jump: null, taken_back: new Set<number>() };
  const last = view.last as Conversation["last"];
  return { ...plain, last, hidden: isHidden(view.hidden_up_to, last), as_of: head, ...unseen };
}

/** Hidden until something is said. */
export const isHidden = (upTo: number | null, last: Conversation["last"]): boolean =>
  upTo !== null && (!last || last.seq <= upTo);

/** The server's heads held against the cursors: what to catch up with, what is new, what is gone. */
export function compare(draft: Draft, heads: Readonly<Record<string, number>>, allHeads = true): void {
  for (const [stream, head] of Object.entries(heads)) {
    const cursor = draft.cursors.get(stream);
    if (cursor === undefined && isConversation(stream)) draft.ask("conversation", numberOf(stream));
    if (cursor === undefined || cursor < head) draft.fallBehind(stream, head);
  }
  if (!allHeads) return;
  for (const stream of [...draft.cursors.keys()]) if (!(stream in heads)) draft.forget(stream);
}

/** The API's answer to an ask; null: there is no such thing, or none that this member may see. */
export function absorb(draft: Draft, ask: Ask, answer: unknown): void {
  draft.asks.delete(keyOf(ask.what, ask.id));
  switch (ask.what) {
    case "conversation":
      return absorbConversation(draft, ask.id, answer as ConversationView | null);
    case "devices":
      draft.devices = new Set((answer as { devices: { session_id: number }[] }).devices.map((each) => each.session_id));
      return;
    case "participants": {
      const held = draft.conversation(ask.id);
      const listed = (answer as { participants: { actor_id: number; role: string }[] } | null)?.participants ?? [];
      if (held) held.participants = new Map(listed.map((each) => [each.actor_id, each.role]));
      return;
    }
    default:
      draft.learn(keyOf(ask.what, ask.id), answer);
  }
}

function absorbConversation(draft: Draft, id: number, view: ConversationView | null): void {
  const stream = streamOf(id);
  if (view === null) {
    // Nothing for this member, as in an app's conversation in which it was never spoken to: keep its place.
    const place = Math.max(draft.behind.get(stream) ?? 0, draft.cursors.get(stream) ?? 0);
    draft.forget(stream);
    draft.cursors.set(stream, place);
    return;
  }
  const held = draft.conversations.get(id);
  const fresh = viewed(view);
  if (held && held.from_seq === fresh.from_seq) {
    const { participants, live, jump, taken_back } = held;
    draft.put({ ...fresh, participants, live, jump, taken_back });
  } else {
    draft.put(fresh);
    draft.cursors.set(stream, fresh.as_of);
  }
  if ((draft.behind.get(stream) ?? 0) <= (draft.cursors.get(stream) ?? 0)) draft.behind.delete(stream);
}

/** A conversation about to be looked at: from here on its entries are kept. Say it before asking for a page. */
export function opened(state: State, id: number): State {
  if (state.conversations.get(id)?.live !== null) return state;
  return changed(state, (draft) => {
    draft.conversation(id)!.live = NOTHING;
  });
}

/** Messages of a page, as they are now, in the shape of entries. */
export function said(held: Pick<Conversation, "taken_back">, page: readonly MessageView[]): Message[] {
  const listed = page as unknown as readonly Message[];
  return listed.map((each) => (held.taken_back.has(each.seq) && !each.recalled ? goneMessage(each) : each));
}

/** Where a page came from: the newest, the one before what is shown, the one after it, or one around a number. */
export type Page =
  | { which: "newest" | "older"; limit: number }
  | { which: "newer"; limit: number }
  | { which: "around"; limit: number; seq: number };

/** A page of a conversation's messages, added to what is shown. */
export function withPage(state: State, id: number, page: readonly MessageView[], where: Page): State {
  const conversation = state.conversations.get(id);
  if (!conversation) return state;
  return changed(state, (draft) => {
    const held = draft.conversation(id)!;
    const messages = said(held, page);
    if (where.which === "around") around(held, messages, where.limit);
    else if (where.which === "newer") newer(held, messages, where.limit);
    else if (where.which === "older" && held.jump) {
      const from = messages.length >= where.limit ? messages[0]!.seq - 1 : held.from_seq;
      held.jump = { ...held.jump, messages: merged(held.jump.messages, messages), from };
    } else older(held, messages, where.limit);
  });
}

/** The same for messages that were kept on this device: all of those above `from`. */
export function withKept(state: State, id: number, kept: readonly Message[], from: number): State {
  return changed(state, (draft) => {
    const held = draft.conversation(id);
    if (!held) return;
    const live = held.live ?? NOTHING;
    const messages = merged(live.messages, said(held, kept as unknown as MessageView[]));
    held.live = { ...live, messages, from: live.from === null ? from : Math.min(from, live.from) };
  });
}

function older(held: Changing<Conversation>, messages: readonly Message[], limit: number): void {
  const live = held.live ?? NOTHING;
  let from = messages.length >= limit ? messages[0]!.seq - 1 : held.from_seq;
  if (live.from !== null) from = Math.min(from, live.from);
  held.live = { ...live, messages: merged(live.messages, messages), from };
}

/** A page that is not full is all there is. */
function around(held: Changing<Conversation>, messages: readonly Message[], limit: number): void {
  if (messages.length < limit) {
    older(held, messages, limit);
    held.jump = null;
    return;
  }
  held.live ??= NOTHING;
  held.jump = { messages, from: messages[0]!.seq - 1, to: messages.at(-1)!.seq };
  closeUp(held);
}

function newer(held: Changing<Conversation>, messages: readonly Message[], limit: number): void {
  const { jump } = held;
  if (!jump) return;
  held.live ??= NOTHING;
  const to = messages.at(-1)?.seq ?? jump.to!;
  held.jump = { messages: merged(jump.messages, messages), from: jump.from, to };
  // A page that is not full ends at the newest, and what was said since has been heard.
  if (messages.length < limit) held.live = { ...held.live, from: Math.min(held.live.from ?? to, to) };
  closeUp(held);
}

/** The stretch apart becomes part of the newest messages once it reaches them. */
function closeUp(held: Changing<Conversation>): void {
  const { jump, live } = held;
  if (!jump || !live || !meet(jump, live)) return;
  held.live = jump.from! < live.from! ? joined(jump, live) : { ...live, messages: merged(live.messages, jump.messages) };
  held.jump = null;
}

/** Of a conversation that nobody looks at any more the newest messages stay: they may be wanted again soon. */
const KEPT_OF_CLOSED = 200;

export function closed(state: State, id: number): State {
  const { live, jump } = state.conversations.get(id) ?? {};
  const kept = live?.messages.slice(-KEPT_OF_CLOSED) ?? [];
  const isLong = live && live.from !== null && kept.length < live.messages.length;
  if (!jump && !isLong) return state;
  return changed(state, (draft) => {
    const held = draft.conversation(id)!;
    held.jump = null;
    if (isLong) held.live = { ...live, messages: kept, from: kept[0]!.seq - 1 };
  });
}

/** Back to the newest messages. */
export function returned(state: State, id: number): State {
  if (!state.conversations.get(id)?.jump) return state;
  return changed(state, (draft) => {
    draft.conversation(id)!.jump = null;
  });
}
