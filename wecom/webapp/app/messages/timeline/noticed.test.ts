import { expect, test } from "vitest";

import type { Notice } from "@/state/model";

import type { Shown } from "../../stores/chat";
import { reach, withNotices, type Noticed } from "./noticed";

const MINUTE = 60_000;
const base = new Date(2026, 10, 20, 12, 0).getTime();

const line = (seq: number, notice: Partial<Notice> | null, day = 0): Shown => ({
  seq, sender_id: notice?.by ?? 1, client_id: "", reply_to: null, recalled: false, content: null,
  sent_at: new Date(base + seq * MINUTE + day * 24 * 60 * MINUTE).toISOString(),
  notice: notice && { kind: "participants.added", by: null, actor_ids: [], role: null, name: null, ...notice },
});
const added = (seq: number, by: number, who: number[], role = "member") => line(seq, { by, actor_ids: who, role });
const removed = (seq: number, by: number | null, who: number[]) => line(seq, { kind: "participants.removed", by, actor_ids: who });
const role = (seq: number, by: number, who: number, now: string) =>
  line(seq, { kind: "participant.role_changed", by, actor_ids: [who], role: now });
const named = (seq: number, by: number, name: string) => line(seq, { kind: "conversation.renamed", by, name });

const told = (...lines: Shown[]): (Noticed | null)[] => withNotices(lines).map((each) => each.noticed ?? null);

test("a group that was just made is one line", () => {
  expect(told(added(1, 7, [7], "owner"), added(2, 7, [8, 9]))).toEqual([{ what: "started", by: 7, who: [8, 9], name: "" }]);
});

test("those who come one after the other are named together, and by whom", () => {
  const lines = [added(1, 7, [8]), added(2, 7, [9, 8]), added(3, 6, [5])];
  expect(told(...lines).map((each) => [each?.by, each?.who])).toEqual([[7, [8, 9]], [6, [5]]]);
});

test("what was said in between keeps them apart, and so does a night", () => {
  expect(told(added(1, 7, [8]), line(2, null), added(3, 7, [9])).map((each) => each?.who)).toEqual([[8], undefined, [9]]);
  const overnight = line(4, { by: 7, actor_ids: [9], role: "member" }, 1);
  expect(told(added(1, 7, [8]), overnight).map((each) => each?.who)).toEqual([[8], [9]]);
});

test("who leaves and who is taken out are not the same", () => {
  expect(told(removed(1, 8, [8]), removed(2, null, [9]), removed(3, 7, [5])).map((each) => [each?.what, each?.who])).toEqual([
    ["left", [8, 9]],
    ["putOut", [5]],
  ]);
});

test("a group that is handed over has another owner, and nothing is said of the one before", () => {
  expect(told(role(1, 7, 7, "member"), role(2, 7, 8, "owner")).map((each) => [each?.what, each?.who])).toEqual([["leads", [8]]]);
  expect(told(role(1, 7, 9, "member")).map((each) => each?.what)).toEqual(["nolonger"]);
});

test("of several names in a row the last one stays; an app that comes in is nothing to people", () => {
  expect(told(named(1, 7, "一"), named(2, 7, "二")).map((each) => each?.name)).toEqual(["二"]);
  expect(told(added(1, 7, [7], "app"))).toEqual([]);
});

test("a line stays the same thing while what is told does not change", () => {
  const lines = [line(1, null), added(2, 7, [8]), added(3, 7, [9])];
  expect(withNotices(lines)[1]).toBe(withNotices([...lines, line(4, null)])[1]);
});

test("who has seen a line has read all that was made one with it", () => {
  const lines = withNotices([line(1, null), added(2, 7, [8]), added(3, 7, [9])]);
  expect(lines.map(({ seq }) => seq)).toEqual([1, 2]);
  expect([reach(lines), reach(lines.slice(0, 1)), reach([])]).toEqual([3, 1, 0]);
});
