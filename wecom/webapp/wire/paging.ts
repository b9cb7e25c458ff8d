// Which page of a conversation to ask for, and whether it still has its place once it is here.
import type { Conversation } from "@/state/model";
import { shownStretch } from "@/state/selectors";
import type { Page } from "@/state/snapshot";

import type { Where } from "./asking";

/** From where to ask; null: there is nothing more on that side. */
export function whereOf(conversation: Conversation, page: Page): Where | null {
  const from = shownStretch(conversation)?.from ?? null;
  switch (page.which) {
    case "older":
      return from === null || from <= conversation.from_seq ? null : { before: from + 1 };
    case "newer":
      return conversation.jump ? { after: conversation.jump.to! } : null;
    case "around":
      return { around: page.seq };
    case "newest":
      return {};
  }
}

/** A page that goes on from what was shown has no place in what is shown now, where that is another stretch. */
export function hasPlace(before: Conversation, now: Conversation | undefined, page: Page): boolean {
  if (page.which === "newest" || page.which === "around") return true;
  return shownStretch(now)?.from === shownStretch(before)?.from;
}
