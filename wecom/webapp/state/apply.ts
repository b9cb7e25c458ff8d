// What each entry makes of a state: one function for every kind of entry there is.
import { changed, type Changing, type Draft } from "./draft";
import * as directory from "./directory";
import * as messages from "./messages";
import { lineOf, note } from "./notices";
import { isConversation, numberOf } from "./model";
import type { Answered, Conversation, Entry, Frame, State } from "./model";
import * as own from "./own";
import * as participants from "./participants";

type Own = (draft: Draft, body: never) => void;
type InConversation = (draft: Draft, held: Changing<Conversation>, seq: number, body: never) => void;

/** What the member's own stream and the directory's say. */
export const OWN: Readonly<Record<string, Own>> = {
  "conversation.joined": own.joined,
  "conversation.left": own.left,
  "conversation.preferences_changed": own.preferencesChanged,
  "draft.changed": own.draftChanged,
  "read.moved": own.readMoved,
  "settings.changed": own.settingsChanged,
  "member.sessions_ended": own.sessionsEnded,
  "member.roles_changed": own.rolesChanged,
  "member.punch_added": own.checkedIn,
  "member.checkin_day_changed": own.checkedIn,
  "member.checkin_rule_changed": own.checkedIn,
  "health.report_changed": own.healthReportChanged,
  "health.code_changed": own.healthCodeChanged,
  "health.replayed": own.healthReplayed,
  "join_requests.changed": own.joinRequestsChanged,
  "directory.member_changed": directory.memberChanged,
  "directory.member_left": directory.memberChanged,
  "directory.department_changed": directory.departmentChanged,
  "directory.department_removed": directory.departmentChanged,
  "directory.tag_changed": directory.tagChanged,
  "directory.tag_removed": directory.tagChanged,
  "directory.attributes_changed": directory.attributesChanged,
  "directory.reloaded": directory.reloaded,
  "directory.changed": directory.anythingChanged,
  "app.changed": directory.appChanged,
};

export const IN_CONVERSATION: Readonly<Record<string, InConversation>> = {
  "message.sent": messages.sent,
  "message.recalled": messages.recalled,
  "participants.added": participants.added,
  "participants.removed": participants.removed,
  "participant.role_changed": participants.roleChanged,
  "conversation.renamed": participants.renamed,
  "conversation.dissolved": participants.dissolved,
  "robot.changed": participants.robotChanged,
};

/** Frames of changes, each held against its stream's cursor: applied, dropped as known, or noted as a gap. */
export const heard = (state: State, ...frames: readonly Frame[]): State =>
  changed(state, (draft) => frames.forEach((frame) => hear(draft, frame)));

/** Stretches of streams that were asked for. */
export const caught = (state: State, ...stretches: readonly Answered[]): State =>
  changed(state, (draft) => stretches.forEach((stretch) => catchUp(draft, stretch)));

export function hear(draft: Draft, frame: Frame): void {
  const { stream, from, to } = frame;
  if (frame.epoch !== draft.epoch) return draft.ask("everything");
  const cursor = draft.cursors.get(stream);
  if (cursor === undefined || from > cursor) {
    draft.fallBehind(stream, to);
    if (cursor === undefined && isConversation(stream)) draft.ask("conversation", numberOf(stream));
    return;
  }
  if (to <= cursor) return;
  for (const entry of frame.entries) if (entry.seq > cursor) apply(draft, stream, entry);
  if (!draft.cursors.has(stream)) return;
  draft.cursors.set(stream, to);
  if ((draft.behind.get(stream) ?? 0) <= to) draft.behind.delete(stream);
}

function catchUp(draft: Draft, stretch: Answered): void {
  const { stream } = stretch;
  if (stretch.gone) return draft.forget(stream);
  if (stretch.reset) {
    draft.forget(stream);
    if (isConversation(stream)) return draft.ask("conversation", numberOf(stream));
    draft.cursors.set(stream, stretch.to);
    return draft.ask("everything");
  }
  hear(draft, stretch);
  const cursor = draft.cursors.get(stream);
  if (cursor !== undefined && cursor < stretch.head) draft.fallBehind(stream, stretch.head);
  else draft.behind.delete(stream);
}

/** One entry. Kinds that are not known change nothing: servers may be newer than clients. */
function apply(draft: Draft, stream: string, entry: Entry): void {
  const { kind, seq, body } = entry;
  if (!isConversation(stream)) return OWN[kind]?.(draft, body);
  const id = numberOf(stream);
  const held = draft.conversation(id);
  if (!held) return draft.ask("conversation", id);
  const line = lineOf(held.kind, entry);
  if (line) note(draft, held, line);
  IN_CONVERSATION[kind]?.(draft, held, seq, body);
}
