// What the directory's stream says: which of the answers held is out of date.
//
// The few that every screen stands on are asked for again at once; members and departments, of which there may
// be thousands, when somebody looks at them again.
import type { Draft } from "./draft";
import { keyOf } from "./model";

const AT_ONCE = new Set(["directory", "members", "tag", "apps"]);
const WHEN_LOOKED_AT = new Set(["member", "actor", "department"]);

type Named = { member_id?: number; tag_id?: number; app_id?: number; department_ids?: number[] };

function again(draft: Draft, holds: (what: string, key: string) => boolean): void {
  for (const key of draft.lookedUp.keys()) {
    const what = key.slice(0, key.indexOf(" "));
    if (!holds(what, key)) continue;
    if (AT_ONCE.has(what)) draft.askFor(key);
    else draft.doubt([key]);
  }
}

export function memberChanged(draft: Draft, body: Named): void {
  const named = new Set([keyOf("member", body.member_id), keyOf("actor", body.member_id)]);
  for (const id of body.department_ids ?? []) named.add(keyOf("department", id));
  again(draft, (what, key) => ["directory", "members", "tag"].includes(what) || named.has(key));
}

export function departmentChanged(draft: Draft): void {
  again(draft, (what) => what === "directory" || what === "department");
}

export function tagChanged(draft: Draft, body: Named): void {
  again(draft, (what, key) => what === "directory" || key === keyOf("tag", body.tag_id));
}

export function attributesChanged(draft: Draft): void {
  again(draft, (what) => what === "directory");
}

export function reloaded(draft: Draft): void {
  again(draft, (what) => AT_ONCE.has(what) || WHEN_LOOKED_AT.has(what));
}

/** To whoever sees a part of the directory, all that is said is that something changed: it may be an app too. */
export function anythingChanged(draft: Draft): void {
  appChanged(draft, {});
  reloaded(draft);
}

/** An app's conversation is called like the app. */
export function appChanged(draft: Draft, body: Named): void {
  const { app_id } = body;
  for (const each of draft.conversations.values()) {
    if (each.kind === "app" && (app_id === undefined || each.app_id === app_id)) draft.ask("conversation", each.id);
  }
  again(draft, (what, key) => what === "apps" || (app_id !== undefined && key === keyOf("actor", app_id)));
}
