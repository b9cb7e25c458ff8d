// All that lives while somebody is signed in: the connection, what is kept on this device, what waits to be sent, and
// the other pages of the same account.
import { isConversation, streamOf } from "@/state/model";
import type { Draft as Unwritten, Message, MeView, State } from "@/state/model";
import { readMoved } from "@/state/own";
import { opened, withKept } from "@/state/snapshot";

import { Client, PAGE, type Applied, type Hint } from "./client";
import { holdSession, Refused, releaseSession, tellSignedOut } from "./http";
import { Box } from "./keep/box";
import { eraseDatabase, eraseRead, openDatabase, type Database } from "./keep/database";
import { KEPT_MESSAGES, Keeper } from "./keep/keeper";
import { tidy } from "./keep/room";
import { Outbox } from "./outbox";
import { newClientId, type Attached, type Body, type Pending } from "./pending";
import type { Connection } from "./socket";
import { Tabs, type TabNews } from "./tabs";
import { Unsent } from "./unsent";
import { upload } from "./uploads";
import * as verbs from "./verbs";

const READ_EVERY = 400;
const DRAFT_EVERY = 1_200;
const ACK_EVERY = 500;
const TIDY_AFTER = 8_000;

export interface Shows {
  changed(state: State | null, applied: readonly Applied[]): void;
  connected(connection: Connection): void;
  hinted(hint: Hint): void;
  /** What waits to be sent is other than before. */
  waiting(): void;
  /** Somebody else has signed in with this browser. */
  replaced(): void;
}

export class Account {
  readonly client: Client;
  readonly outbox: Outbox;
  readonly #tabs: Tabs;
  readonly #reads: Unsent<number>;
  readonly #drafts: Unsent<verbs.NewDraft>;
  readonly #stop = new AbortController();
  #acked = new Map<string, number>();
  #acking: ReturnType<typeof setTimeout> | undefined;
  #keeper: Keeper | null;

  private constructor(
    private readonly me: MeView,
    private readonly db: Database | null,
    private readonly box: Box,
    private readonly shows: Shows,
  ) {
    this.#keeper = db && new Keeper(db);
    const live = (): boolean => this.client.connection === "live";
    this.client = new Client(me, {
      changed: (state, applied) => this.#changed(state, applied),
      connected: (connection) => this.#connected(connection),
      hinted: shows.hinted,
      replaced: shows.replaced,
      forgotten: () => void this.#keeper?.forget(),
    });
    this.#tabs = new Tabs(`wecom.${me.id}`, (news) => this.#told(news));
    this.outbox = new Outbox(
      `wecom.outbox.${me.id}`,
      { send, upload: (pending, moved, signal) => this.#upload(pending, moved, signal) },
      box,
      {
        changed: shows.waiting,
        told: (pending) => this.#tabs.tell({ kind: "pending", pending }),
        gone: (client_id) => this.#tabs.tell({ kind: "gone", client_id }),
        progressed: (client_id, progress) => this.#tabs.tell({ kind: "progress", client_id, progress }),
      },
      live,
      (id) => this.client.state?.cursors.get(streamOf(id)) ?? 0,
    );
    const note = async <Name extends "reads" | "drafts">(name: Name, all: never): Promise<void> =>
      this.#keeper?.note(name, all);
    this.#reads = new Unsent({ tell: verbs.readUpTo, keep: (all) => note("reads", all as never), live }, READ_EVERY);
    this.#drafts = new Unsent({ tell: verbs.keepDraft, keep: (all) => note("drafts", all as never), live }, DRAFT_EVERY);
  }

  /** Begin with what this device has, and connect. */
  static async begin(me: MeView, shows: Shows): Promise<Account> {
    const lost = { keeper: null as Keeper | null };
    const db = await openDatabase(me.id, () => lost.keeper?.close());
    const account = new Account(me, db, new Box(db), shows);
    lost.keeper = account.#keeper;
    await account.#start();
    return account;
  }

  async #start(): Promise<void> {
    const { id, userid, name, roles, session_id } = this.me;
    holdSession(id, this.shows.replaced);
    const kept = (await this.#keeper?.load({ id, userid, name, roles, session_id }).catch(() => null)) ?? null;
    this.client.start(kept);
    this.outbox.load(await this.box.load());
    this.#reads.load(await this.#keeper?.fact("reads").catch(() => undefined));
    this.#drafts.load(await this.#keeper?.fact("drafts").catch(() => undefined));
    // Not `kept`: while that was read, screens have asked for what they lack.
    this.client.replace((state) => this.#reapplied(state));
    const { signal } = this.#stop;
    addEventListener("online", () => this.client.wake(), { signal });
    addEventListener("offline", () => this.client.doubt(), { signal });
    addEventListener("pageshow", () => this.client.wake(), { signal });
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    setTimeout(() => void this.#tidied(), TIDY_AFTER);
  }

  /** No longer be connected; `forget`: what of this account does not stay on this device. */
  async stop(forget?: "read" | "everything"): Promise<void> {
    this.#stop.abort();
    releaseSession(this.me.id);
    clearTimeout(this.#acking);
    this.client.stop();
    this.outbox.cut();
    this.#reads.stop();
    this.#drafts.stop();
    if (!forget) await this.#keeper?.flush();
    this.#keeper?.close();
    this.#keeper = null;
    if (forget === "read" && this.db) await eraseRead(this.db).catch(() => undefined);
    if (forget === "everything") this.#tabs.tell({ kind: "signed-out" });
    this.#tabs.close();
    this.db?.close();
    if (forget === "everything") await eraseDatabase(this.me.id);
  }

  /** What this device has of the account; null: it can keep nothing. */
  get database(): Database | null {
    return this.db;
  }

  /** The newest page: from this device at once, from the network as soon as it can be had. */
  async open(id: number): Promise<void> {
    this.#keeper?.lookedAt(id);
    const before = this.client.state?.conversations.get(id);
    if (before && (before.live?.from ?? null) === null) {
      this.client.replace((state) => opened(state, id));
      const kept = await this.#keeper?.page(id, Infinity, PAGE).catch(() => null);
      // Nothing kept is no page: the network has one.
      if (kept?.messages.length) this.client.replace((state) => withKept(state, id, kept.messages, kept.from));
    }
    this.client.open(id);
    const held = this.client.state?.conversations.get(id);
    const few = (held?.live?.from ?? null) !== null && held!.live!.messages.length < PAGE / 2;
    if (held && !held.jump && few) await this.older(id).catch(() => undefined);
  }

  /** The page before what is shown; throws `Unreachable` and `Refused`. */
  async older(id: number): Promise<void> {
    const held = this.client.state?.conversations.get(id);
    const from = held?.live?.from ?? null;
    if (held && !held.jump && from !== null && from > held.from_seq) {
      const kept = await this.#keeper?.page(id, from + 1, PAGE).catch(() => null);
      if (kept) this.client.replace((state) => withKept(state, id, kept.messages, kept.from));
      if (kept?.messages.length) return;
    }
    await this.client.page(id, { which: "older", limit: PAGE });
  }

  /** Jump to a message: within what is shown, where it is there already. */
  async around(id: number, seq: number): Promise<void> {
    const held = this.client.state?.conversations.get(id);
    if (!held) return;
    const { live, jump } = held;
    if (jump && jump.from! < seq && seq <= jump.to!) return;
    // What was said and not heard of yet is not among what is held.
    const heard = this.client.state?.cursors.get(streamOf(id)) ?? 0;
    if (live && live.from !== null && live.from < seq && seq <= heard) return this.client.toNewest(id);
    await this.client.page(id, { which: "around", limit: PAGE, seq });
  }

  async say(id: number, body: Body, replyTo: number | null): Promise<string> {
    return this.outbox.add({ conversation_id: id, body, reply_to: replyTo });
  }

  async sayFile(id: number, blob: Blob, about: Attached, as: "image" | "file"): Promise<string> {
    const clientId = newClientId();
    await this.box.putFile(clientId, blob);
    return this.outbox.add({ conversation_id: id, body: { msgtype: as }, reply_to: null, file: about }, clientId);
  }

  /** The file of a message that waits. */
  fileOf(clientId: string): Promise<Blob | undefined> {
    return this.box.file(clientId);
  }

  /** What was seen is read: here at once, on the other devices soon. */
  read(id: number, seq: number): void {
    const held = this.client.state?.conversations.get(id);
    if (!held || held.read_seq >= seq) return;
    this.client.alter((draft) => readMoved(draft, { conversation_id: id, read_seq: seq }));
    this.#reads.set(id, seq);
    // What was seen last before the page went out of sight: it may be gone before long.
    if (document.hidden) this.#reads.wake();
  }

  /** What is begun to be written: here at once, on the other devices soon. */
  draft(id: number, wanted: verbs.NewDraft): void {
    this.#drafts.set(id, wanted);
    this.client.alter((draft) => {
      const held = draft.conversation(id);
      if (held) held.draft = unwritten(wanted);
    });
  }

  #changed(state: State | null, applied: readonly Applied[]): void {
    for (const { entry } of applied) if (entry.kind === "message.sent") this.#placed(entry.body);
    this.#keeper?.changed(state, applied);
    this.shows.changed(state, applied);
    if (applied.some(({ entry }) => entry.kind === "draft.changed") && state) this.#put(this.#reapplied(state));
    this.#acking ??= setTimeout(() => this.#ack(), ACK_EVERY);
  }

  /** What an entry places is no longer pending. */
  #placed({ sender_id, client_id }: Message): void {
    if (sender_id === this.me.id) this.outbox.seen(client_id);
  }

  /** What was done here and the server does not know yet stays done. */
  #reapplied(state: State): State {
    let conversations: Map<number, State["conversations"] extends ReadonlyMap<number, infer C> ? C : never> | undefined;
    for (const [id, each] of state.conversations) {
      const wanted = this.#drafts.get(id);
      if (!wanted) continue;
      conversations ??= new Map(state.conversations);
      conversations.set(id, { ...each, draft: unwritten(wanted) });
    }
    return conversations ? { ...state, conversations } : state;
  }

  #put(state: State): void {
    this.client.replace(() => state);
  }

  #connected(connection: Connection): void {
    this.shows.connected(connection);
    if (connection !== "live") return this.outbox.cut();
    this.outbox.wake();
    this.#reads.wake();
    this.#drafts.wake();
    this.#acked.clear();
    this.#acking ??= setTimeout(() => this.#ack(), ACK_EVERY);
  }

  #seen(): void {
    if (document.hidden) {
      this.#reads.wake();
      this.#drafts.wake();
      return void this.#keeper?.flush();
    }
    this.client.wake();
    this.#ack();
  }

  /** How far this device has shown everything. A page that nobody looks at shows nothing. */
  #ack(): void {
    clearTimeout(this.#acking);
    this.#acking = undefined;
    if (document.visibilityState !== "visible" || this.client.connection !== "live") return;
    const moved = [...(this.client.state?.cursors ?? [])]
      .filter(([stream, at]) => isConversation(stream) && this.#acked.get(stream) !== at)
      .slice(0, 2_000);
    if (!moved.length || !this.client.say({ type: "ack", cursors: Object.fromEntries(moved) })) return;
    for (const [stream, at] of moved) this.#acked.set(stream, at);
  }

  #told(news: TabNews): void {
    if (news.kind === "pending") this.outbox.learn(news.pending);
    else if (news.kind === "gone") this.outbox.seen(news.client_id);
    else if (news.kind === "progress") this.outbox.learnProgress(news.client_id, news.progress);
    else tellSignedOut();
  }

  async #upload(pending: Pending, moved: (sent: number, url?: string) => void, signal: AbortSignal): Promise<string> {
    const file = await this.box.file(pending.client_id);
    // It could not be written down, and the page that held it is gone.
    if (!file) throw new Refused(410, { error: "FileGone", message: "The file is gone.", request_id: "", facts: {} }, null);
    return upload({ file, about: pending.file!, moved, signal });
  }

  async #tidied(): Promise<void> {
    if (this.#stop.signal.aborted || !this.db || !this.#keeper) return;
    await tidy(this.db, KEPT_MESSAGES).catch(() => undefined);
  }
}

function send({ conversation_id, client_id, body, file, reply_to }: Pending, signal: AbortSignal): Promise<number> {
  const said = (file ? { ...body, upload: file.upload } : body) as Body;
  return verbs.say(conversation_id, { client_id, body: said, reply_to }, signal);
}

function unwritten({ content, reply_to, mentions }: verbs.NewDraft): Unwritten | null {
  const updated_at = new Date().toISOString();
  return content ? { content, reply_to: reply_to ?? null, mentions: mentions ?? [], updated_at } : null;
}

