// What happens in a group besides messages, as lines among them: who came and went, who leads it, what it is called.
import type { Changing, Draft } from "./draft";
import type { Conversation, Entry, Message, Notice } from "./model";
import { placeOf } from "./stretches";

type About = Partial<Omit<Notice, "kind">> & { at: string; actor_id?: number };

const TOLD = new Set(["participants.added", "participants.removed", "participant.role_changed", "conversation.renamed"]);
const GROUPS = new Set(["group", "appchat"]);

/** An entry as the line that it is, as pages hand it out; null: there is none of it. */
export function lineOf(conversationKind: string, { seq, kind, body }: Entry): Message | null {
  if (!TOLD.has(kind) || !GROUPS.has(conversationKind)) return null;
  const { at, by = null, actor_id, actor_ids, role = null, name = null } = body as About;
  const whom = actor_ids ?? (actor_id === undefined ? [] : [actor_id]);
  const nothingSaid = { client_id: "", reply_to: null, recalled: false, content: null };
  return { seq, sender_id: by ?? 0, sent_at: at, ...nothingSaid, notice: { kind, by, actor_ids: whom, role, name } };
}

/** Put it in its place; nothing that is counted changes by it. */
export function note(draft: Draft, held: Changing<Conversation>, line: Message): void {
  if (!held.live) return;
  const newest = draft.newest(held);
  const place = placeOf(newest, line.seq);
  if (newest[place]?.seq !== line.seq) newest.splice(place, 0, line);
}
