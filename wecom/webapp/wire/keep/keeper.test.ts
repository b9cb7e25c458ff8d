// What is kept on this device is a state that was; nothing that was taken back or left comes back from it.
import "fake-indexeddb/auto";

import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { heard } from "@/state/apply";
import { changed } from "@/state/draft";
import { keyOf, streamOf } from "@/state/model";
import type { ConversationView, Entry, Frame, Message, State } from "@/state/model";
import { absorb, begin, opened, withPage } from "@/state/snapshot";

import { Box } from "./box";
import { databaseName, eraseDatabase, eraseRead, openDatabase, type Database } from "./database";
import { Keeper } from "./keeper";
import { makeRoom, tidy } from "./room";

const ME = { id: 12, userid: "wangwu", name: "王五", roles: [], scopes: [], session_id: 1, must_change_password: false };
const SELF = { id: 12, userid: "wangwu", name: "王五", roles: [], session_id: 1 };

const view = (id: number, head: number): ConversationView => ({
  id, kind: "group", chatid: `${id}`, name: "午饭", app_id: null, peer_id: null, role: "member", from_seq: 0, head,
  read_seq: 0, unread: 0, mentioned: false, members: 3, created_at: "2026-01-01T00:00:00.000000Z", last: null,
  pinned_at: null, notify: "all", muted_until: null, hidden: false, hidden_up_to: null, draft: null,
});
const message = (seq: number) => ({
  seq, sender_id: 3, client_id: `c${seq}`, sent_at: "2026-01-01T00:00:00.000000Z", reply_to: null, recalled: false,
  content: { msgtype: "text" as const, content: `${seq}`, mentions: [], everyone: false, confidential: false },
});
const said = (seq: number): Entry => ({ seq, kind: "message.sent", body: message(seq) }) as unknown as Entry;
const recalled = (seq: number, message_seq: number): Entry =>
  ({ seq, kind: "message.recalled", body: { message_seq, by: 3 } }) as unknown as Entry;

let db: Database;
let keeper: Keeper;
let state: State;

async function fresh(): Promise<Keeper> {
  return new Keeper(db);
}

function put(next: State, stream = "", entries: Entry[] = []): void {
  state = next;
  keeper.changed(state, entries.map((entry) => ({ stream, entry })));
}

function hear(id: number, from: number, to: number, ...entries: Entry[]): void {
  const frame: Frame = { stream: streamOf(id), epoch: "k3", from, to, entries };
  put(heard(state, frame), streamOf(id), entries);
}

const numbers = (messages: readonly Message[] | undefined) => messages?.map((each) => each.seq);

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  db = (await openDatabase(12))!;
  keeper = await fresh();
  put(begin(ME, "k3", { "member:12": 5, directory: 80 }, [view(7, 41), view(8, 3)]));
});

afterEach(() => {
  keeper.close();
  db.close();
  vi.unstubAllGlobals();
});

test("a state is found as it was", async () => {
  put(changed(state, (draft) => {
    draft.learn(keyOf("actor", 3), { id: 3, name: "张三" });
    absorb(draft, { what: "participants", id: 7 }, { participants: [{ actor_id: 3, role: "owner" }] });
    draft.ask("conversation", 8);
  }));
  hear(7, 41, 42, said(42));
  await keeper.flush();
  expect(await (await fresh()).load(SELF)).toEqual({ ...state, me: SELF });
});

test("what is said in conversations that nobody looked at is kept", async () => {
  hear(7, 41, 44, said(42), said(44));
  const page = await keeper.page(7, Infinity, 50);
  expect([numbers(page?.messages), page?.from]).toEqual([[42, 44], 41]);
});

test("what was read back is kept, page by page", async () => {
  put(withPage(opened(state, 7), 7, [30, 31, 32].map(message), { which: "newest", limit: 3 }));
  await keeper.flush();
  put(withPage(state, 7, [10, 20].map(message), { which: "older", limit: 2 }));
  hear(7, 41, 42, said(42));
  const again = await fresh();
  await again.load(SELF);
  await keeper.flush();
  const newest = await again.page(7, Infinity, 2);
  expect([numbers(newest?.messages), newest?.from]).toEqual([[32, 42], 31]);
  const older = await again.page(7, 32, 50);
  expect([numbers(older?.messages), older?.from]).toEqual([[10, 20, 30, 31], 9]);
  expect(await again.page(7, 10, 50)).toBeNull();
});

test("a message that is taken back keeps nothing of what it said", async () => {
  hear(7, 41, 42, said(42));
  await keeper.flush();
  hear(7, 42, 43, recalled(43, 42));
  await keeper.flush();
  expect((await keeper.page(7, Infinity, 50))?.messages[0]).toMatchObject({ recalled: true, content: null });
});

test("nor does another page that lags behind bring it back", async () => {
  const lagging = await fresh();
  await keeper.flush();
  await lagging.load(SELF);
  const before = state;
  hear(7, 41, 43, said(42), recalled(43, 42));
  await keeper.flush();
  lagging.changed(heard(before, { stream: streamOf(7), epoch: "k3", from: 41, to: 42, entries: [said(42)] }), [
    { stream: streamOf(7), entry: said(42) },
  ]);
  await lagging.flush();
  expect((await keeper.page(7, Infinity, 50))?.messages[0]).toMatchObject({ recalled: true, content: null });
});

test("a conversation that one left is gone with all that was said there", async () => {
  hear(7, 41, 42, said(42));
  await keeper.flush();
  put(changed(state, (draft) => draft.forget(streamOf(7))));
  await keeper.flush();
  expect([await keeper.page(7, Infinity, 50), await db.count("messages"), await db.get("streams", streamOf(7))]).toEqual([
    null, 0, undefined,
  ]);
});

test("after a reset what is kept begins anew: there is no hole in it", async () => {
  hear(7, 41, 42, said(42));
  await keeper.flush();
  put(changed(state, (draft) => draft.forget(streamOf(7))));
  put(changed(state, (draft) => absorb(draft, { what: "conversation", id: 7 }, view(7, 900))));
  hear(7, 900, 901, said(901));
  const page = await keeper.page(7, Infinity, 50);
  expect([numbers(page?.messages), page?.from]).toEqual([[901], 900]);
});

test("another page's reset leaves no hole either", async () => {
  hear(7, 41, 42, said(42));
  await keeper.flush();
  await db.delete("streams", streamOf(7));
  await db.clear("messages");
  hear(7, 42, 43, said(43));
  const page = await keeper.page(7, Infinity, 50);
  expect(page === null || page.from >= 43 || numbers(page.messages)![0] === page.from + 1).toBe(true);
});

test("where another page found a new epoch, this one keeps nothing more of the old", async () => {
  await keeper.flush();
  await db.put("facts", "k4", "epoch");
  hear(7, 41, 42, said(42));
  await keeper.flush();
  expect([await db.count("messages"), await db.get("facts", "epoch")]).toEqual([0, "k4"]);
});

test("a new epoch makes everything void but what waits to be sent", async () => {
  const box = new Box(db);
  await box.put({ client_id: "a", conversation_id: 7, body: { msgtype: "file" }, reply_to: null, written_at: 1 });
  hear(7, 41, 42, said(42));
  await keeper.flush();
  await keeper.forget();
  put(begin(ME, "k4", { directory: 1 }, [view(7, 1)]));
  await keeper.flush();
  expect([(await (await fresh()).load(SELF))?.epoch, await db.count("messages"), (await box.load()).length]).toEqual(["k4", 0, 1]);
});

test("no more is kept of a conversation than its newest, and no more in all than there is room for", async () => {
  hear(7, 41, 52, ...Array.from({ length: 10 }, (_, n) => said(42 + n)));
  hear(8, 3, 9, ...[4, 5, 6, 7, 8].map(said));
  keeper.lookedAt(7);
  await keeper.flush();
  await tidy(db, 4, 6);
  const [seven, eight] = [await keeper.page(7, Infinity, 50), await keeper.page(8, Infinity, 50)];
  expect([numbers(seven?.messages), seven?.from]).toEqual([[48, 49, 50, 51], 47]);
  expect([numbers(eight?.messages), eight?.from]).toEqual([[7, 8], 6]);
});

test("when the disk is full the conversations looked at the longest ago give up their messages", async () => {
  hear(7, 41, 42, said(42));
  hear(8, 3, 4, said(4));
  keeper.lookedAt(7);
  await keeper.flush();
  expect(await makeRoom(db)).toEqual([8]);
  expect(numbers((await keeper.page(7, Infinity, 50))?.messages)).toEqual([42]);
  expect(await keeper.page(8, Infinity, 50)).toEqual({ messages: [], from: 4 });
});

test("two accounts of one browser know nothing of each other", async () => {
  await keeper.flush();
  const other = (await openDatabase(13))!;
  expect(await new Keeper(other).load({ ...SELF, id: 13 })).toBeNull();
  other.close();
});

test("a session that ended leaves what is not sent yet, and signing out leaves nothing", async () => {
  await new Box(db).put({ client_id: "a", conversation_id: 7, body: { msgtype: "file" }, reply_to: null, written_at: 1 });
  hear(7, 41, 42, said(42));
  await keeper.flush();
  await eraseRead(db);
  hear(7, 42, 43, said(43));
  await keeper.flush();
  expect([await (await fresh()).load(SELF), await db.count("messages"), await db.count("outbox")]).toEqual([null, 0, 1]);
  db.close();
  await eraseDatabase(12);
  expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(databaseName(12));
});

test("a newer version of the app is not kept waiting by a page that has the old one open", async () => {
  let told = 0;
  db.close();
  db = (await openDatabase(12, () => (told += 1)))!;
  const newer = await new Promise<IDBDatabase>((resolve) => {
    const asking = indexedDB.open(databaseName(12), 3);
    asking.onsuccess = () => resolve(asking.result);
  });
  expect([newer.version, told]).toEqual([3, 1]);
  newer.close();
  expect(await openDatabase(12)).toBeNull();
});

test("without a disk everything that waits is still sent from this page", async () => {
  vi.stubGlobal("indexedDB", undefined);
  expect(await openDatabase(12)).toBeNull();
  const box = new Box(null);
  await box.putFile("a", new Blob(["bytes"]));
  expect([await (await box.file("a"))?.text(), await box.load()]).toEqual(["bytes", []]);
});

test("what was looked up and is given up is gone from the disk too", async () => {
  const [one, other] = [keyOf("member", 3), keyOf("member", 4)];
  put(changed(state, (draft) => [one, other].forEach((key) => draft.learn(key, { key }))));
  await keeper.flush();
  put(changed(state, (draft) => draft.unlearn([one])));
  await keeper.flush();
  expect([...(await (await fresh()).load(SELF))!.looked_up.keys()]).toEqual([other]);
});
