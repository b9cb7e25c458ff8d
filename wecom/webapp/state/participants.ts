// Who takes part in a conversation, what it is called, and its end.
import type { components } from "@/wire/api.gen";

import type { Changing, Draft } from "./draft";
import { keyOf, streamOf, type Conversation } from "./model";

type Schemas = components["schemas"];
type Held = Changing<Conversation>;

const MEMBERS = new Set(["owner", "administrator", "member"]);

export function added(_: Draft, held: Held, seq: number, body: Schemas["ParticipantsAdded"]): void {
  const role = body.role ?? "member";
  if (held.participants) {
    const listed = new Map(held.participants);
    for (const id of [...body.actor_ids].sort((one, other) => one - other)) if (!listed.has(id)) listed.set(id, role);
    held.participants = listed;
  }
  if (seq > held.as_of && MEMBERS.has(role)) held.members += body.actor_ids.length;
}

export function removed(draft: Draft, held: Held, seq: number, body: Schemas["ParticipantsRemoved"]): void {
  const gone = new Set(body.actor_ids);
  if (gone.has(draft.me.id) && seq > held.from_seq) return draft.forget(streamOf(held.id));
  const before = held.participants;
  if (!before) {
    // Who does not know the participants cannot tell a member who went from a robot.
    if (seq > held.as_of) draft.recount(held.id);
    return;
  }
  held.participants = new Map([...before].filter(([id]) => !gone.has(id)));
  if (seq > held.as_of) held.members -= [...gone].filter((id) => MEMBERS.has(before.get(id) ?? "")).length;
}

export function roleChanged(draft: Draft, held: Held, seq: number, body: Schemas["RoleChanged"]): void {
  if (held.participants?.has(body.actor_id)) {
    held.participants = new Map(held.participants).set(body.actor_id, body.role);
  }
  if (seq > held.as_of && body.actor_id === draft.me.id) held.role = body.role;
}

export function renamed(_: Draft, held: Held, seq: number, body: Schemas["ConversationRenamed"]): void {
  if (seq > held.as_of) held.name = body.name;
}

/** Everybody's removal follows, and says all there is to do. */
export function dissolved(): void {}

export function robotChanged(draft: Draft, held: Held, _: number, body: Schemas["RobotChanged"]): void {
  draft.doubt([keyOf("actor", body.robot_id), keyOf("robots", held.id)].filter((key) => draft.lookedUp.has(key)));
}
