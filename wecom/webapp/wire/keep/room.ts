// Room for what comes: of each conversation the newest messages stay, and of all those of the conversations looked at last.
import { streamOf } from "@/state/model";

import type { Database, StreamRow } from "./database";

const MESSAGES_IN_ALL = 60_000;

const all = (id: number): IDBKeyRange => IDBKeyRange.bound([id, 0], [id, Infinity]);

async function latestLookedAt(db: Database): Promise<StreamRow[]> {
  const rows = (await db.getAll("streams")).filter((row) => row.conversation);
  return rows.sort((one, other) => other.looked_at - one.looked_at);
}

/** Keep no more of each conversation than so many, and no more of all of them than there is room for. */
export async function tidy(db: Database, ofEach: number, inAll = MESSAGES_IN_ALL): Promise<void> {
  let left = inAll;
  for (const { conversation } of await latestLookedAt(db)) {
    const { id } = conversation!;
    const count = await db.count("messages", all(id));
    const keep = Math.max(0, Math.min(count, ofEach, left));
    left -= keep;
    if (count > keep) await cut(db, id, keep);
  }
}

/** The disk is full: give up the messages of the conversations looked at the longest ago; which. */
export async function makeRoom(db: Database): Promise<number[]> {
  const found: number[] = [];
  for (const { conversation } of (await latestLookedAt(db)).reverse()) {
    const { id } = conversation!;
    if ((await db.count("messages", all(id))) > 0) found.push(id);
  }
  const given = found.slice(0, Math.ceil(found.length / 2));
  for (const id of given) await cut(db, id, 0);
  return given;
}

/** Keep a conversation's newest messages only. */
async function cut(db: Database, id: number, keep: number): Promise<void> {
  const writing = db.transaction(["streams", "messages"], "readwrite");
  const streams = writing.objectStore("streams");
  const messages = writing.objectStore("messages");
  const row = await streams.get(streamOf(id));
  let from = row?.cursor ?? 0;
  if (keep > 0) {
    let cursor = await messages.openKeyCursor(all(id), "prev");
    if (keep > 1) cursor = (await cursor?.advance(keep - 1)) ?? null;
    from = cursor ? cursor.key[1] - 1 : from;
  }
  const writes = [messages.delete(IDBKeyRange.bound([id, 0], [id, from]))];
  if (row) writes.push(streams.put({ ...row, from: Math.max(from, row.from) }).then(() => undefined));
  await Promise.all([...writes, writing.done]);
}
