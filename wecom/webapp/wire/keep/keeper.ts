// Keeps a state on this device as it changes: cursors, conversations and messages in one transaction, so that what is
// found later is a state that was.
import { askOf, isConversation, numberOf, streamOf } from "@/state/model";
import type { Conversation, Message, State } from "@/state/model";
import { lineOf } from "@/state/notices";
import { placeOf } from "@/state/stretches";

import type { Applied } from "../client";
import type { Database, Facts, MessageRow, StreamRow } from "./database";
import { makeRoom } from "./room";

/** How many of a conversation's messages are kept, the newest. */
export const KEPT_MESSAGES = 2_000;
const SOON = 300;
/** Messages that come one by one are held against what is there: it may have been taken back meanwhile. */
const FEW = 200;
const MANY_PARTICIPANTS = 500;

export interface Page {
  messages: Message[];
  /** All above this number are in the page, or were asked for before. */
  from: number;
}

interface Waiting {
  messages: Map<string, MessageRow>;
  recalled: [number, number][];
  dropped: Set<number>;
}

const nothing = (): Waiting => ({ messages: new Map(), recalled: [], dropped: new Set() });

export class Keeper {
  #state: State | null = null;
  #saved = new Map<string, { cursor: number; conversation: Conversation | undefined }>();
  #lookups: State["looked_up"] = new Map();
  #from = new Map<number, number>();
  #lookedAt = new Map<number, number>();
  #waiting = nothing();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly db: Database) {}

  /** No more is written. What has not been written yet is heard again. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** What was kept last; null: nothing. `me` is whoever it is kept for. */
  async load(me: State["me"]): Promise<State | null> {
    const reading = this.db.transaction(["streams", "lookups", "facts"]);
    const [rows, lookups, epoch, doubts = []] = await Promise.all([
      reading.objectStore("streams").getAll(),
      reading.objectStore("lookups").getAll(),
      reading.objectStore("facts").get("epoch") as Promise<string | undefined>,
      reading.objectStore("facts").get("doubts") as Promise<string[] | undefined>,
    ]);
    if (!epoch || !rows.length) return null;
    const conversations = new Map<number, Conversation>();
    for (const { name, cursor, conversation, from, looked_at } of rows) {
      this.#saved.set(name, { cursor, conversation });
      if (!conversation) continue;
      conversations.set(conversation.id, conversation);
      this.#from.set(conversation.id, from);
      this.#lookedAt.set(conversation.id, looked_at);
    }
    const looked_up = new Map(lookups.map(({ key, answer }) => [key, answer]));
    const state: State = {
      me,
      epoch,
      cursors: new Map(rows.map(({ name, cursor }) => [name, cursor])),
      behind: new Map(),
      conversations,
      devices: null,
      looked_up,
      stale: new Set(doubts.filter((key) => looked_up.has(key))),
      asks: new Map(doubts.filter((key) => !looked_up.has(key)).map((key) => [key, askOf(key)])),
    };
    this.#state = state;
    this.#lookups = looked_up;
    return state;
  }

  /** The state is another; `applied` are the entries that made it so. */
  changed(state: State | null, applied: readonly Applied[]): void {
    const was = this.#state;
    this.#state = state;
    if (!state) return;
    for (const id of this.#from.keys()) {
      const now = state.conversations.get(id);
      if (!now || now.from_seq !== (was?.conversations.get(id)?.from_seq ?? now.from_seq)) this.#drop(id);
    }
    for (const { stream, entry } of applied) {
      if (!isConversation(stream)) continue;
      const conversation_id = numberOf(stream);
      const happened = lineOf(state.conversations.get(conversation_id)?.kind ?? "", entry);
      const said = entry.kind === "message.sent" ? { ...(entry.body as Message), seq: entry.seq } : happened;
      if (said) this.#waiting.messages.set(`${conversation_id} ${entry.seq}`, { ...said, conversation_id });
      else if (entry.kind === "message.recalled") {
        this.#waiting.recalled.push([conversation_id, (entry.body as { message_seq: number }).message_seq]);
      }
    }
    this.#timer ??= setTimeout(() => void this.flush(), SOON);
  }

  /** A conversation was opened: what is looked at is kept longest. */
  lookedAt(id: number): void {
    this.#lookedAt.set(id, Date.now());
  }

  /** Write down what is waiting, and what was before. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.then(async () => {
      if (this.#closed || !this.#state) return;
      const waiting = this.#waiting;
      this.#waiting = nothing();
      try {
        await this.#write(this.#state, waiting);
      } catch (error) {
        if ((error as Error).name !== "QuotaExceededError" || !(await this.#roomMade())) return this.close();
        await this.#write(this.#state, waiting).catch(() => this.close());
      }
    });
    return this.#flushing;
  }

  /** The newest kept messages of a conversation that are below a number; null: none are kept there. */
  async page(id: number, below: number, limit: number): Promise<Page | null> {
    if (this.#closed) return null;
    await this.flush();
    if (this.#closed) return null;
    const reading = this.db.transaction(["streams", "messages"]);
    const row = await reading.objectStore("streams").get(streamOf(id));
    if (!row || row.from >= below - 1) return null;
    const range = IDBKeyRange.bound([id, row.from + 1], [id, below], false, true);
    const found: MessageRow[] = [];
    let cursor = await reading.objectStore("messages").openCursor(range, "prev");
    for (; cursor && found.length < limit; cursor = await cursor.continue()) found.push(cursor.value);
    const full = found.length >= limit;
    const messages = found.reverse();
    return { messages, from: full ? messages[0]!.seq - 1 : row.from };
  }

  async fact<Name extends keyof Facts>(name: Name): Promise<Facts[Name] | undefined> {
    return (await this.db.get("facts", name)) as Facts[Name] | undefined;
  }

  async note<Name extends keyof Facts>(name: Name, value: Facts[Name]): Promise<void> {
    if (!this.#closed) await this.db.put("facts", value, name).catch(() => undefined);
  }

  /** All of it is void. */
  async forget(): Promise<void> {
    this.#saved.clear();
    this.#from.clear();
    this.#lookups = new Map();
    this.#waiting = nothing();
    const writing = this.db.transaction(["streams", "messages", "lookups", "facts"], "readwrite");
    for (const name of ["streams", "messages", "lookups"] as const) queued(writing.objectStore(name).clear());
    queued(writing.objectStore("facts").delete("epoch"));
    await writing.done;
  }

  #drop(id: number): void {
    this.#from.delete(id);
    this.#waiting.dropped.add(id);
    const prefix = `${id} `;
    for (const key of this.#waiting.messages.keys()) if (key.startsWith(prefix)) this.#waiting.messages.delete(key);
  }

  async #write(state: State, waiting: Waiting): Promise<void> {
    const writing = this.db.transaction(["streams", "messages", "lookups", "facts"], "readwrite");
    const streams = writing.objectStore("streams");
    const messages = writing.objectStore("messages");
    const facts = writing.objectStore("facts");
    const epoch = await facts.get("epoch");
    // Another page found that all of this is void, or wiped it; this one will hear of it.
    if (epoch === undefined ? this.#saved.size > 0 : epoch !== state.epoch) return this.close();
    if (epoch === undefined) queued(facts.put(state.epoch, "epoch"));
    for (const id of waiting.dropped) {
      queued(messages.delete(IDBKeyRange.bound([id, 0], [id, Infinity])));
      queued(streams.delete(streamOf(id)));
      this.#saved.delete(streamOf(id));
    }
    for (const name of this.#saved.keys()) {
      if (state.cursors.has(name)) continue;
      queued(streams.delete(name));
      this.#saved.delete(name);
    }
    const few = waiting.messages.size <= FEW;
    for (const row of waiting.messages.values()) {
      if (few && (await messages.get([row.conversation_id, row.seq]))?.recalled) continue;
      queued(messages.put(row));
    }
    for (const [name, cursor] of state.cursors) {
      const conversation = isConversation(name) ? state.conversations.get(numberOf(name)) : undefined;
      const saved = this.#saved.get(name);
      if (saved?.cursor === cursor && saved.conversation === conversation) continue;
      const row = this.#row(name, cursor, conversation, await streams.get(name), saved !== undefined);
      if (conversation) for (const message of this.#older(conversation, row)) queued(messages.put(message));
      queued(streams.put(row));
      this.#saved.set(name, { cursor, conversation });
    }
    for (const key of waiting.recalled) {
      const row = await messages.get(key);
      if (row) queued(messages.put({ ...row, recalled: true, content: null }));
    }
    if (state.looked_up !== this.#lookups) {
      const lookups = writing.objectStore("lookups");
      for (const [key, answer] of state.looked_up) {
        if (this.#lookups.get(key) !== answer) queued(lookups.put({ key, answer }));
      }
      for (const key of this.#lookups.keys()) if (!state.looked_up.has(key)) queued(lookups.delete(key));
      this.#lookups = state.looked_up;
    }
    // What entries told to ask, and was not answered yet.
    queued(facts.put([...state.asks.keys(), ...state.stale], "doubts"));
    await writing.done;
  }

  /** A stream as it is to be kept; of its messages as many as are there without a hole. */
  #row(
    name: string,
    cursor: number,
    conversation: Conversation | undefined,
    kept: StreamRow | undefined,
    wasSaved: boolean,
  ): StreamRow {
    if (!conversation) return { name, cursor, from: cursor, looked_at: 0 };
    const { id } = conversation;
    // A row that another page took away took the messages with it: what is kept begins now.
    let from = kept ? kept.from : wasSaved ? cursor : Math.max(conversation.as_of, this.#from.get(id) ?? 0);
    if (kept && kept.from > cursor) from = cursor;
    this.#from.set(id, from);
    return { name, cursor, conversation: bare(conversation), from, looked_at: this.#lookedAt.get(id) ?? kept?.looked_at ?? 0 };
  }

  /** Messages that were read back and are not kept yet; the row says from now on that they are. */
  #older(conversation: Conversation, row: StreamRow): MessageRow[] {
    const { live, id } = conversation;
    if (!live || live.from === null || live.from >= row.from) return [];
    const floor = live.messages.at(-KEPT_MESSAGES)?.seq;
    const from = floor === undefined ? live.from : Math.max(live.from, floor - 1);
    if (from >= row.from) return [];
    const slice = live.messages.slice(placeOf(live.messages, from + 1), placeOf(live.messages, row.from + 1));
    row.from = from;
    this.#from.set(id, from);
    return slice.map((message) => ({ ...message, conversation_id: id }));
  }

  async #roomMade(): Promise<boolean> {
    const dropped = await makeRoom(this.db).catch(() => null);
    for (const id of dropped ?? []) this.#saved.delete(streamOf(id));
    return dropped !== null && dropped.length > 0;
  }
}

/** Without its messages, which are kept apart; and without a crowd that would be written down with every message. */
function bare(conversation: Conversation): Conversation {
  const participants = (conversation.participants?.size ?? 0) > MANY_PARTICIPANTS ? null : conversation.participants;
  return { ...conversation, participants, live: null, jump: null, taken_back: new Set() };
}

/** Whether a write succeeds is said by its transaction. */
function queued(write: Promise<unknown>): void {
  write.catch(() => undefined);
}
