// What screens show of a state.
import type { Conversation, Message, Notify, State, Stretch } from "./model";

/** Pins first, the latest pinned above; then the liveliest. Hidden ones are left out. */
export function listed(state: State): Conversation[] {
  const keyed = [...state.conversations.values()]
    .filter((each) => !each.hidden)
    .map((each) => ({ each, pinned: each.pinned_at ? Date.parse(each.pinned_at) : 0, at: liveliness(each) }));
  keyed.sort((one, other) => other.pinned - one.pinned || other.at - one.at || other.each.id - one.each.id);
  return keyed.map(({ each }) => each);
}

const liveliness = (each: Conversation): number => Date.parse(each.last?.sent_at ?? each.created_at) || 0;

/** What is shown of a conversation's messages: the stretch apart, where one jumped, or the newest. */
export const shownStretch = (conversation: Conversation | undefined): Stretch | null =>
  conversation?.jump ?? conversation?.live ?? null;

const NONE: readonly Message[] = [];
export const shownMessages = (conversation: Conversation | undefined): readonly Message[] =>
  shownStretch(conversation)?.messages ?? NONE;

/** Whether there may be more before what is shown; unknown while no page is here. */
export function hasOlder(conversation: Conversation | undefined): boolean {
  const from = shownStretch(conversation)?.from ?? null;
  return conversation !== undefined && from !== null && from > conversation.from_seq;
}

/** Whether a conversation disturbs: by all that is said, by being called on, or not at all. */
export function disturbs(conversation: Conversation, now: number): Notify {
  if (conversation.muted_until && Date.parse(conversation.muted_until) > now) return "none";
  return conversation.notify;
}

/** How many unread messages the badge shows: muted conversations count only where one is called on. */
export function badge(state: State, now: number): number {
  let unread = 0;
  for (const each of state.conversations.values()) {
    // A row that is not there cannot be read.
    if (each.hidden) continue;
    const notify = disturbs(each, now);
    if (notify === "all") unread += each.unread;
    else if (notify === "mentions" && each.mentioned) unread += 1;
  }
  return unread;
}
