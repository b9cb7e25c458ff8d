// What is kept on this device for one account, so that the app opens at once, and without a network.
//
// Nothing here is needed: where there is no IndexedDB (a private window, a full disk, another page that holds on to
// an old version), everything is loaded anew each time.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { Conversation, Message } from "@/state/model";

import type { NewDraft } from "../verbs";
import type { Pending } from "../pending";
import type { WaitingPunch } from "../punches";

export interface StreamRow {
  name: string;
  cursor: number;
  /** Without its messages. */
  conversation?: Conversation | undefined;
  /** All messages above this number, up to the cursor, are kept. */
  from: number;
  looked_at: number;
}

export type MessageRow = Message & { conversation_id: number };

export interface Facts {
  epoch: string;
  /** What was to be asked. */
  doubts: string[];
  /** How far was read, where the server was not told yet. */
  reads: Record<number, number>;
  /** What is begun to be written, where the server was not told yet. */
  drafts: Record<number, NewDraft>;
}

export interface Shape extends DBSchema {
  streams: { key: string; value: StreamRow };
  messages: { key: [number, number]; value: MessageRow };
  lookups: { key: string; value: { key: string; answer: unknown } };
  outbox: { key: string; value: Pending };
  files: { key: string; value: Blob };
  facts: { key: string; value: unknown };
  /** Punches that wait for a network. */
  punches: { key: string; value: WaitingPunch };
}

export type Database = IDBPDatabase<Shape>;

export const databaseName = (memberId: number): string => `wecom-${memberId}`;

const VERSION = 2;
const PATIENCE = 2_500;

/** The account's database; null where it cannot be had. */
export async function openDatabase(memberId: number, closed: () => void = () => undefined): Promise<Database | null> {
  if (!globalThis.indexedDB) return null;
  const opening = openDB<Shape>(databaseName(memberId), VERSION, {
    upgrade(db, from) {
      if (from < 2) db.createObjectStore("punches", { keyPath: "client_id" });
      if (from >= 1) return;
      db.createObjectStore("streams", { keyPath: "name" });
      db.createObjectStore("messages", { keyPath: ["conversation_id", "seq"] });
      db.createObjectStore("lookups", { keyPath: "key" });
      db.createObjectStore("outbox", { keyPath: "client_id" });
      db.createObjectStore("files");
      db.createObjectStore("facts");
    },
    // Another page has a newer version of this app, or signs out: it must not wait for this one.
    blocking(_, __, event) {
      (event.target as IDBDatabase).close();
      closed();
    },
    terminated: closed,
  });
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE));
  try {
    const found = await Promise.race([opening, late]);
    if (!found) void opening.then((db) => db.close()).catch(() => undefined);
    return found;
  } catch {
    return null;
  }
}

/** Nothing of the account stays. */
export function eraseDatabase(memberId: number): Promise<void> {
  return new Promise((resolve) => {
    if (!globalThis.indexedDB) return resolve();
    const asking = indexedDB.deleteDatabase(databaseName(memberId));
    asking.onsuccess = asking.onerror = asking.onblocked = () => resolve();
  });
}

/** The account's unsent messages and punches stay, and nothing else. */
export async function eraseRead(db: Database): Promise<void> {
  const stores = ["streams", "messages", "lookups", "facts"] as const;
  const writing = db.transaction(stores, "readwrite");
  await Promise.all([...stores.map((name) => writing.objectStore(name).clear()), writing.done]);
}
