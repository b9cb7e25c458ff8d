// The protocol's promises, apart from what the server happened to record.
import { expect, test } from "vitest";

import { caught, heard } from "./apply";
import { EVERYTHING, keyOf, MOST_UNREAD, streamOf } from "./model";
import type { Answered, ConversationView, Entry, Frame, State } from "./model";
import { badge, shownMessages } from "./selectors";
import { changed } from "./draft";
import { absorb, begin, closed, compare, opened, withKept, withPage } from "./snapshot";

const ME = { id: 12, userid: "wangwu", name: "王五", roles: [], scopes: [], session_id: 1, must_change_password: false };
const STREAM = streamOf(7);

const view = (more: Partial<ConversationView> = {}): ConversationView => ({
  id: 7, kind: "group", chatid: "c", name: "午饭", app_id: null, peer_id: null, role: "member", from_seq: 0, head: 41,
  read_seq: 41, unread: 0, mentioned: false, members: 3, created_at: "2026-01-01T00:00:00.000000Z", last: null,
  pinned_at: null, notify: "all", muted_until: null, hidden: false, hidden_up_to: null, draft: null, ...more,
});

const start = (more: Partial<ConversationView> = {}): State =>
  begin(ME, "k3", { [STREAM]: 41, "member:12": 5, directory: 80 }, [view(more)]);

const said = (seq: number, more: object = {}): Entry =>
  ({ seq, kind: "message.sent", body: { ...message(seq), ...more } }) as unknown as Entry;
const message = (seq: number) => ({
  seq, sender_id: 3, client_id: `c${seq}`, sent_at: "2026-01-01T00:00:00.000000Z", reply_to: null, recalled: false,
  content: { msgtype: "text" as const, content: `${seq}`, mentions: [], everyone: false, confidential: false },
});
const recalled = (seq: number, message_seq: number): Entry =>
  ({ seq, kind: "message.recalled", body: { message_seq, by: 3 } }) as unknown as Entry;
const frame = (from: number, to: number, ...entries: Entry[]): Frame => ({ stream: STREAM, epoch: "k3", from, to, entries });
const told = (from: number, to: number, head: number, ...entries: Entry[]): Answered => ({ ...frame(from, to, ...entries), head });
const held = (state: State) => state.conversations.get(7)!;
const numbers = (state: State) => shownMessages(held(state)).map((each) => each.seq);

test("a frame that is known already changes nothing, not even where one stands", () => {
  const state = heard(start(), frame(41, 45, said(42), said(45)));
  const again = heard(state, frame(41, 43, said(42)));
  expect([again.cursors.get(STREAM), held(again).unread]).toEqual([45, 2]);
});

test("of a frame that overlaps only what is new is applied", () => {
  const state = heard(start(), frame(41, 43, said(42), said(43)));
  expect(held(heard(state, frame(42, 44, said(43), said(44)))).unread).toBe(3);
});

test("a gap is noted, and the frame waits to be asked for", () => {
  const state = heard(start(), frame(44, 45, said(45)));
  expect([state.cursors.get(STREAM), state.behind.get(STREAM), held(state).unread]).toEqual([41, 45, 0]);
  const mended = caught(state, told(41, 45, 45, said(42), said(45)));
  expect([mended.cursors.get(STREAM), mended.behind.size, held(mended).unread]).toEqual([45, 0, 2]);
});

test("where more is to be asked for, one stays behind", () => {
  expect(caught(start(), told(41, 42, 90, said(42))).behind.get(STREAM)).toBe(90);
});

test("another epoch makes everything void", () => {
  const state = heard(start(), { ...frame(41, 42, said(42)), epoch: "k4" });
  expect([state.asks.has(EVERYTHING), state.cursors.get(STREAM)]).toEqual([true, 41]);
});

test("whoever is too far behind forgets the conversation and asks for it anew", () => {
  const state = caught(start(), { ...told(41, 80_000, 80_000), reset: true });
  expect([state.conversations.size, [...state.asks.keys()]]).toEqual([0, [keyOf("conversation", 7)]]);
});

test("a reset of one's own stream asks for everything", () => {
  const state = caught(start(), { stream: "member:12", epoch: "k3", from: 5, to: 900, head: 900, entries: [], reset: true });
  expect([state.asks.has(EVERYTHING), state.cursors.get("member:12")]).toEqual([true, 900]);
});

test("heads name what is new, what moved and what is gone", () => {
  const state = changed(start(), (draft) => compare(draft, { "member:12": 7, [streamOf(9)]: 3, directory: 80 }));
  expect([...state.behind]).toEqual([["member:12", 7], [streamOf(9), 3]]);
  expect([...state.asks.keys()]).toEqual([keyOf("conversation", 9)]);
  expect([state.conversations.size, state.cursors.has(STREAM)]).toEqual([0, false]);
});

test("entries of a kind that is not known change nothing else", () => {
  const state = heard(start(), frame(41, 42, { seq: 42, kind: "message.sung", body: {} as never }));
  expect([state.cursors.get(STREAM), held(state)]).toEqual([42, held(start())]);
});

test("unread is counted no further than the server counts", () => {
  const entries = Array.from({ length: 150 }, (_, n) => said(42 + n));
  expect(held(heard(start(), frame(41, 191, ...entries))).unread).toBe(MOST_UNREAD);
});

test("one's own words are not unread, and being called on is", () => {
  const mine = held(heard(start(), frame(41, 42, said(42, { sender_id: 12 }))));
  expect([mine.unread, mine.mentioned, mine.last?.seq]).toEqual([0, false, 42]);
  const content = { ...message(42).content, mentions: [12] };
  expect(held(heard(start(), frame(41, 42, said(42, { content }))))).toMatchObject({ unread: 1, mentioned: true });
});

test("what was taken back is not resurrected by a page that was read before", () => {
  let state = opened(start(), 7);
  state = heard(state, frame(41, 42, recalled(42, 40)));
  state = withPage(state, 7, [message(39), message(40)], { which: "newest", limit: 50 });
  expect(shownMessages(held(state)).map((each) => each.content === null)).toEqual([false, true]);
});

test("nor by what was kept on this device", () => {
  let state = heard(opened(start(), 7), frame(41, 42, recalled(42, 40)));
  state = withKept(state, 7, [message(40)], 39);
  expect(shownMessages(held(state))[0]).toMatchObject({ recalled: true, content: null });
});

test("a page that comes after the entries that it holds shows each message once", () => {
  const state = heard(opened(start(), 7), frame(41, 43, said(42), said(43)));
  expect(numbers(withPage(state, 7, [message(41), message(42)], { which: "newest", limit: 50 }))).toEqual([41, 42, 43]);
});

test("a message that was hidden from the list comes back with the next that is said", () => {
  const state = start({ hidden: true, hidden_up_to: 41 });
  expect(held(state).hidden).toBe(true);
  expect(held(heard(state, frame(41, 42, said(42)))).hidden).toBe(false);
});

test("after a jump the newest are apart until one has read on to them", () => {
  const limit = 3;
  let state = withPage(opened(start(), 7), 7, [39, 40, 41].map(message), { which: "newest", limit });
  state = withPage(state, 7, [10, 11, 12].map(message), { which: "around", limit, seq: 11 });
  state = heard(state, frame(41, 42, said(42)));
  expect([numbers(state), held(state).unread]).toEqual([[10, 11, 12], 1]);
  state = withPage(state, 7, [7, 8, 9].map(message), { which: "older", limit });
  state = withPage(state, 7, [13, 20, 38].map(message), { which: "newer", limit });
  expect(numbers(state)).toEqual([7, 8, 9, 10, 11, 12, 13, 20, 38, 39, 40, 41, 42]);
  expect(held(state)).toMatchObject({ jump: null, live: { from: 6, to: null } });
});

test("a page at the end that is not full joins the newest, whatever was held of them", () => {
  const limit = 3;
  let state = withPage(start(), 7, [10, 11, 12].map(message), { which: "around", limit, seq: 11 });
  state = heard(state, frame(41, 42, said(42)));
  state = withPage(state, 7, [message(41)], { which: "newer", limit });
  expect([numbers(state), held(state).jump]).toEqual([[10, 11, 12, 41, 42], null]);
});

test("a page around a number that is not full is all there is", () => {
  const state = withPage(start(), 7, [10, 11].map(message), { which: "around", limit: 50, seq: 11 });
  expect(held(state)).toMatchObject({ jump: null, live: { from: 0, to: null } });
});

test("a conversation whose answer is nothing keeps its place, and what it says later is not asked for again and again", () => {
  const state = changed(heard(start(), { ...frame(0, 3), stream: streamOf(9) }), (draft) =>
    absorb(draft, { what: "conversation", id: 9 }, null),
  );
  expect([state.cursors.get(streamOf(9)), state.asks.size, state.behind.size]).toEqual([3, 0, 0]);
});

test("nothing of a state is changed by what comes after it", () => {
  const state = withPage(opened(start(), 7), 7, [40, 41].map(message), { which: "newest", limit: 50 });
  const before = structuredClone(state);
  heard(state, frame(41, 44, said(42), recalled(43, 40), said(44)), frame(44, 45, recalled(45, 42)));
  expect(state).toEqual(before);
});

test("of a conversation that was looked at the newest stay, and what comes goes on from them", () => {
  const all = [...Array(260).keys()].map((n) => message(n + 1));
  let state = withPage(opened(start({ head: 260, read_seq: 260 }), 7), 7, all, { which: "newest", limit: 300 });
  state = closed(withPage(state, 7, all.slice(0, 4), { which: "around", limit: 4, seq: 2 }), 7);
  expect([numbers(state).length, numbers(state)[0], held(state).live?.from, held(state).jump]).toEqual([200, 61, 60, null]);
  expect(closed(state, 7)).toBe(state);
  state = withPage(state, 7, all.slice(40, 60), { which: "older", limit: 20 });
  expect([numbers(state)[0], numbers(state).length]).toEqual([41, 220]);
});

test("what happens in a group stands in its place, once, and is not counted", () => {
  const renamed = (seq: number): Entry =>
    ({ seq, kind: "conversation.renamed", body: { name: "晚饭", by: 3, at: "2026-01-01T00:00:00.000000Z" } }) as unknown as Entry;
  let state = withPage(opened(start(), 7), 7, [message(41)], { which: "newest", limit: 50 });
  state = heard(state, frame(41, 43, renamed(42), said(43)));
  state = heard(state, frame(41, 43, renamed(42)));
  expect([numbers(state), held(state).unread, held(state).name]).toEqual([[41, 42, 43], 1, "晚饭"]);
  expect(shownMessages(held(state))[1]!.notice).toMatchObject({ kind: "conversation.renamed", by: 3, actor_ids: [], name: "晚饭" });
  const direct = heard(withPage(opened(start({ kind: "direct" }), 7), 7, [message(41)], { which: "newest", limit: 50 }), frame(41, 42, renamed(42)));
  expect(numbers(direct)).toEqual([41]);
});

test("what is hidden is not on the badge", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  expect(badge(start({ unread: 3 }), now)).toBe(3);
  expect(badge(start({ unread: 3, hidden_up_to: 41 }), now)).toBe(0);
});
