// Messages that were refused where nobody can see it any more: one was put out of the conversation, or it is no more.
import type { Pending } from "@/wire/pending";

/** The oldest first. `isThere`: whether a conversation has a screen of its own. */
export function straysOf(waiting: Iterable<readonly Pending[]>, isThere: (conversationId: number) => boolean): Pending[] {
  const all = [...waiting].flat().filter((each) => each.refusal !== undefined && !isThere(each.conversation_id));
  return all.sort((one, other) => one.written_at - other.written_at);
}

/** What one wrote, to be taken along; of a file its name. */
export const wordsOf = ({ body, file }: Pending): string => file?.name ?? ("content" in body ? body.content : "");
