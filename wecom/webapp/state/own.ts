// What the member's own stream says: to this member's devices, and to nobody else.
import type { components } from "@/wire/api.gen";

import type { Draft } from "./draft";
import { count, unreadIsKnown } from "./messages";
import { keyOf, streamOf, type Notify } from "./model";
import { isHidden } from "./snapshot";

type Schemas = components["schemas"];

export function joined(draft: Draft, body: Schemas["ConversationJoined"]): void {
  const held = draft.conversations.get(body.conversation_id);
  if (!held || held.from_seq < body.from_seq) draft.ask("conversation", body.conversation_id);
}

export function left(draft: Draft, body: Schemas["ConversationLeft"]): void {
  const held = draft.conversations.get(body.conversation_id);
  // Otherwise this was an earlier time there; one has come back since.
  if (!held || held.from_seq < body.to_seq) draft.forget(streamOf(body.conversation_id));
}

export function readMoved(draft: Draft, body: Schemas["ReadMoved"]): void {
  const held = draft.conversation(body.conversation_id);
  if (!held || body.read_seq <= held.read_seq) return;
  held.read_seq = body.read_seq;
  if (!held.last || held.read_seq >= held.last.seq) {
    held.unread = 0;
    held.mentioned = false;
  } else if (unreadIsKnown(held)) count(held, draft.me.id);
  else draft.recount(held.id);
}

export function sessionsEnded(draft: Draft, body: Schemas["SessionsEnded"]): void {
  if (draft.devices) draft.devices = new Set([...draft.devices].filter((id) => !body.session_ids.includes(id)));
}

export function rolesChanged(draft: Draft, body: Schemas["RolesChanged"]): void {
  draft.me = { ...draft.me, roles: body.roles };
}

/** Days are asked for by the screen that shows them, which hears of it too. */
export function checkedIn(): void {}

/** So are health reports. */
export function healthReportChanged(): void {}

/** And health codes. */
export function healthCodeChanged(): void {}

/** What gates saw is asked for by the console. */
export function healthReplayed(): void {}

export function joinRequestsChanged(draft: Draft): void {
  if (draft.lookedUp.has(keyOf("join_requests"))) draft.ask("join_requests");
}

export function settingsChanged(draft: Draft, body: Schemas["SettingsChanged"]): void {
  if (draft.lookedUp.has(keyOf("settings"))) draft.learn(keyOf("settings"), body);
}

export function preferencesChanged(draft: Draft, body: Schemas["PreferencesChanged"]): void {
  const held = draft.conversation(body.conversation_id);
  if (!held) return;
  const { pinned_at, muted_until, hidden_up_to } = body;
  Object.assign(held, { pinned_at, muted_until, hidden_up_to, notify: body.notify as Notify });
  held.hidden = isHidden(hidden_up_to, held.last);
}

export function draftChanged(draft: Draft, body: Schemas["DraftChanged"]): void {
  const held = draft.conversation(body.conversation_id);
  if (held) held.draft = body.draft;
}
