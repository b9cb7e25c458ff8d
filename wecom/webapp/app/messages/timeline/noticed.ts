// Lines that tell what happened in a group: those in a row that say the same of several people become one.
import { sameDay } from "@/text/time";

import type { Shown } from "../../stores/chat";

export type What = "started" | "broughtIn" | "putOut" | "left" | "leads" | "helps" | "nolonger" | "renamed";

export interface Noticed {
  what: What;
  by: number | null;
  who: readonly number[];
  name: string;
}

/** What a line tells; null where it is nothing to people. */
export function noticed({ notice }: Shown): Noticed | null {
  if (!notice) return null;
  const { kind, by, actor_ids: who, role } = notice;
  const told = (what: What): Noticed => ({ what, by, who, name: notice.name ?? "" });
  switch (kind) {
    case "participants.added":
      if (role === "app") return null;
      return role === "owner" ? { ...told("started"), who: [] } : told("broughtIn");
    case "participants.removed":
      return told(by === null || (who.length === 1 && who[0] === by) ? "left" : "putOut");
    case "participant.role_changed":
      return told(role === "owner" ? "leads" : role === "administrator" ? "helps" : "nolonger");
    case "conversation.renamed":
      return told("renamed");
    default:
      return null;
  }
}

const both = (one: Noticed, other: Noticed): Noticed => ({ ...one, who: [...new Set([...one.who, ...other.who])] });

/** Two that follow one another as one; null: each stands for itself. */
function together(one: Noticed, other: Noticed): Noticed | null {
  const sameHand = one.by === other.by;
  if (one.what === "left" && other.what === "left") return { ...both(one, other), by: null };
  if (one.what === "nolonger" && other.what === "leads" && sameHand) return other; // it was handed over
  if (!sameHand) return null;
  if (one.what === "started" && other.what === "broughtIn") return both(one, other);
  if (one.what === "renamed" && other.what === "renamed") return other;
  const isSame = one.what === other.what && (one.what === "broughtIn" || one.what === "putOut" || one.what === "helps");
  return isSame ? both(one, other) : null;
}

export interface Line extends Shown {
  noticed?: Noticed;
  /** The number of the last that was made one with it. */
  until?: number;
}

/** How far somebody has read who has seen these; 0 where none has a number yet. */
export function reach(lines: readonly Line[]): number {
  const last = lines.findLast((each) => each.seq > 0);
  return last?.until ?? last?.seq ?? 0;
}

/** The same for a message that was drawn before it was sent, and for what the server made of it. */
export const keyOf = ({ sender_id, client_id, seq }: Line): string => `${sender_id}:${client_id || seq}`;

interface Run {
  first: Shown;
  line: Line | null;
}

/** By their last line, so that what was drawn once stays the same thing to whoever draws it. */
const runs = new WeakMap<Shown, Run>();

function lineOf(first: Shown, last: Shown, told: Noticed | null): Line | null {
  const known = runs.get(last);
  if (known?.first === first) return known.line;
  const line = told && { ...first, noticed: told, until: last.seq };
  runs.set(last, { first, line });
  return line;
}

/** The messages, with what happened between them in as few lines as will tell it. */
export function withNotices(messages: readonly Shown[]): readonly Line[] {
  if (!messages.some((each) => each.notice)) return messages;
  const lines: Line[] = [];
  for (let at = 0; at < messages.length; at++) {
    const first = messages[at]!;
    if (!first.notice) {
      lines.push(first);
      continue;
    }
    let told = noticed(first);
    let next = messages[at + 1];
    while (told && next?.notice && sameDay(first.sent_at, next.sent_at)) {
      const more = noticed(next);
      const joined = more ? together(told, more) : told;
      if (!joined) break;
      told = joined;
      next = messages[++at + 1];
    }
    const line = lineOf(first, messages[at]!, told);
    if (line) lines.push(line);
  }
  return lines;
}
