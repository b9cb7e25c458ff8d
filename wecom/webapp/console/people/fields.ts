// A member as a form holds them, and what of it has changed.
import type { components } from "@/wire/api.gen";

import { ROOT, type Member } from "../directory";

export type Place = components["schemas"]["PlaceBody"] & { order: number; is_leader: boolean };
export type AttributeValue = { name: string; kind: string; value: string; title: string; url: string };

export const LINES = ["name", "alias", "english_name", "position", "mobile", "telephone", "email", "biz_mail", "address", "external_position"] as const;
export type LineName = (typeof LINES)[number];

export interface Draft extends Record<LineName, string> {
  userid: string;
  gender: number;
  places: Place[];
  main: number | null;
  leaders: number[];
  attributes: AttributeValue[];
}

export function draftOf(member: Member | null, department: number | null): Draft {
  const lines = Object.fromEntries(LINES.map((name) => [name, member?.[name] ?? ""])) as Record<LineName, string>;
  const places = member
    ? member.departments.map(({ department_id, order, is_leader }) => ({ department_id, order, is_leader }))
    : [{ department_id: department ?? ROOT, order: 0, is_leader: false }];
  return {
    ...lines,
    userid: member?.userid ?? "",
    gender: member?.gender ?? 0,
    places,
    main: member?.main_department_id ?? null,
    leaders: [...(member?.leader_ids ?? [])],
    attributes: (member?.attributes ?? []).map(({ name, kind, value, title, url }) => ({ name, kind: kind ?? "text", value: value ?? "", title: title ?? "", url: url ?? "" })),
  };
}

export type Changed = components["schemas"]["ChangedMember"];

/** What differs, in the words of the API; nothing when nothing does. */
export function changes(before: Draft, now: Draft): Changed {
  const differs = (name: keyof Draft) => JSON.stringify(before[name]) !== JSON.stringify(now[name]);
  const body: Changed = {};
  for (const name of LINES) if (differs(name)) body[name] = now[name].trim();
  if (differs("gender")) body.gender = now.gender;
  if (differs("places")) body.departments = now.places;
  if ((differs("main") || differs("places")) && now.main !== null && now.places.some((each) => each.department_id === now.main)) body.main_department_id = now.main;
  if (differs("leaders")) body.leader_ids = now.leaders;
  if (differs("attributes")) body.attributes = now.attributes.filter((each) => each.value || each.url);
  return body;
}
