// A client that stays up to date: connects, catches up, asks for what it lacks.
//
// Stores read `state` and call the verbs; `changed` is called after every change of what may be seen.
import { caught, hear } from "@/state/apply";
import { changed, type Draft } from "@/state/draft";
import { EVERYTHING, keyOf, type Answered, type Ask, type ConversationView } from "@/state/model";
import type { Entry, Frame, MeView, Preferences, State } from "@/state/model";
import { preferencesChanged } from "@/state/own";
import { absorb, begin, compare, opened, returned, withPage, type Page } from "@/state/snapshot";

import * as asking from "./asking";
import type { Heads, Heard, Say, Welcome } from "./frames";
import { Refused, tellSignedOut, Unreachable } from "./http";
import { Socket, type Connection, type Listens } from "./socket";

export const PAGE = 50;

/** What is told now and kept nowhere: who is here, who is typing, whose marks moved. */
export type Hint = Extract<Heard, { type: "typing" | "presence" | "reads" }>;

export interface Hears {
  /** What may be seen has changed. `entries`: what was applied since, by stream. */
  changed(state: State | null, entries: readonly Applied[]): void;
  connected(connection: Connection): void;
  hinted(hint: Hint): void;
  /** Somebody else has signed in with this browser. */
  replaced(): void;
  /** All that was known is void: the server was restored from a backup. */
  forgotten(): void;
}

export interface Applied {
  stream: string;
  entry: Entry;
}

export class Client implements Listens {
  state: State | null = null;
  connection: Connection = "connecting";
  readonly #socket: Socket;
  #epoch = "";
  #heads: Record<string, number> = {};
  #waiting: Frame[] = [];
  #flush: ReturnType<typeof setTimeout> | undefined;
  #work: (() => void) | null = null;
  #worked = false;
  #turn = 0;
  #wanted = new Set<number>();
  #watched: readonly number[] = [];

  constructor(
    private me: MeView,
    private readonly hears: Hears,
    address?: () => string,
  ) {
    this.#socket = new Socket(this, address);
  }

  /** Begin with what was kept, if anything was. */
  start(kept: State | null): void {
    if (kept) this.#put(changed(kept, (draft) => void (draft.me = { ...draft.me, ...ownFacts(this.me) })), []);
    this.#socket.start();
  }

  stop(): void {
    this.#turn += 1;
    clearTimeout(this.#flush);
    this.#socket.stop();
  }

  wake(): void {
    this.#socket.wake();
  }

  /** The network is said to be gone. */
  doubt(): void {
    this.#socket.again();
  }

  say(frame: Say): boolean {
    return this.#socket.say(frame);
  }

  /** Alter what is known, for what did not come as an entry: a page, an answer, a mark of one's own. */
  alter(change: (draft: Draft) => void): void {
    if (this.state) this.#put(changed(this.state, change), []);
    this.#wake();
  }

  replace(next: (state: State) => State): void {
    if (!this.state) return;
    const state = next(this.state);
    if (state !== this.state) this.#put(state, []);
    this.#wake();
  }

  ask(what: string, id = 0): void {
    if (this.state && !this.state.asks.has(keyOf(what, id))) this.alter((draft) => draft.ask(what, id));
  }

  /** Have a conversation's newest page, now or as soon as it can be had. */
  open(id: number): void {
    this.#wanted.add(id);
    this.replace((state) => opened(state, id));
  }

  close(id: number): void {
    this.#wanted.delete(id);
  }

  /** A page of a conversation; throws `Unreachable` and `Refused`. */
  async page(id: number, where: Page): Promise<void> {
    const conversation = this.state?.conversations.get(id);
    if (!conversation) return;
    const shown = conversation.jump ?? conversation.live;
    const from = shown?.from ?? null;
    if (where.which === "older" && (from === null || from <= conversation.from_seq)) return;
    if (where.which === "newer" && !conversation.jump) return;
    this.replace((state) => opened(state, id));
    const asked =
      where.which === "around"
        ? { around: where.seq }
        : where.which === "newer"
          ? { after: conversation.jump!.to! }
          : where.which === "older"
            ? { before: from! + 1 }
            : {};
    const messages = await asking.page(id, where.limit, asked);
    const now = this.state?.conversations.get(id);
    // What was shown meanwhile is another stretch: this page has no place in it.
    if (where.which !== "newest" && where.which !== "around" && (now?.jump ?? now?.live)?.from !== from) return;
    this.replace((state) => withPage(state, id, messages, where));
  }

  toNewest(id: number): void {
    this.replace((state) => returned(state, id));
    this.open(id);
  }

  /** A conversation that the API answered with: one that was just begun. */
  takeIn(view: ConversationView): void {
    this.alter((draft) => {
      if (!draft.conversations.has(view.id)) absorb(draft, { what: "conversation", id: view.id }, view);
    });
  }

  /** How the member wants a conversation to be, as the API answered. */
  prefer(id: number, kept: Preferences): void {
    this.alter((draft) => preferencesChanged(draft, { ...kept, conversation_id: id }));
  }

  /** Be told of these people's presence. */
  watch(memberIds: readonly number[]): void {
    this.#watched = memberIds.slice(0, 500);
    this.say({ type: "watch", member_ids: [...this.#watched] });
  }

  // What the socket tells.

  welcomed(welcome: Welcome): void {
    if (welcome.member_id !== this.me.id) return this.hears.replaced();
    this.#epoch = welcome.epoch;
    this.#heads = { ...welcome.heads };
    this.#waiting = [];
    if (this.state && this.state.epoch !== welcome.epoch) {
      this.#put(null, []);
      this.hears.forgotten();
    }
    if (this.state) this.#put(changed(this.state, (draft) => compare(draft, welcome.heads)), []);
    if (this.#watched.length) this.watch(this.#watched);
    void this.#mendForEver(++this.#turn);
  }

  heard(frame: Heard): void {
    if (frame.type === undefined) return this.#keepFrame(frame);
    switch (frame.type) {
      case "heads":
        return this.#headed(frame);
      case "typing":
      case "presence":
      case "reads":
        return this.hears.hinted(frame);
    }
  }

  cut(): void {
    this.#turn += 1;
    this.#wake();
    this.#say(navigator.onLine ? "connecting" : "offline");
  }

  ended(): void {
    this.#turn += 1;
    tellSignedOut();
  }

  async probe(): Promise<boolean> {
    if (!navigator.onLine) {
      this.#say("offline");
      return true;
    }
    try {
      const me = await asking.whoIsHere();
      if (me.id !== this.me.id) this.hears.replaced();
      return me.id === this.me.id;
    } catch (error) {
      // Whoever listens for it has been told already that the session has ended.
      if (error instanceof Refused && error.status === 401) return false;
      this.#say("offline");
      return true;
    }
  }

  woken(): void {
    if (this.state) this.say({ type: "hello", cursors: Object.fromEntries(this.state.cursors) });
  }

  #headed({ heads, gone = [] }: Heads): void {
    Object.assign(this.#heads, heads);
    this.#applyWaiting();
    this.alter((draft) => {
      compare(draft, heads, false);
      for (const stream of gone) draft.forget(stream);
    });
  }

  /** Frames that come in one go are applied in one go. */
  #keepFrame(frame: Frame): void {
    this.#heads[frame.stream] = Math.max(frame.to, this.#heads[frame.stream] ?? 0);
    this.#waiting.push(frame);
    this.#flush ??= setTimeout(() => this.#applyWaiting(), 0);
  }

  /** Before the snapshot is here, frames only say how far it must reach. */
  #applyWaiting(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    const frames = this.#waiting;
    this.#waiting = [];
    if (!this.state || !frames.length) return;
    const applied: Applied[] = [];
    const before = this.state.cursors;
    const state = changed(this.state, (draft) => {
      for (const frame of frames) hear(draft, frame);
    });
    note(applied, frames, before, state.cursors);
    this.#put(state, applied);
    this.#wake();
  }

  /** Ask for what is lacking, whenever something is. */
  async #mendForEver(turn: number): Promise<void> {
    while (turn === this.#turn) {
      this.#worked = false;
      try {
        if (await this.#mend(turn)) continue;
      } catch (error) {
        if (turn !== this.#turn) return;
        if (error instanceof Refused && error.isForNow) {
          await new Promise((resolve) => setTimeout(resolve, 1000 * (error.retryAfter ?? 1)));
          continue;
        }
        if (!(error instanceof Refused || error instanceof Unreachable)) console.error(error);
        return this.#socket.again();
      }
      if (turn !== this.#turn || this.#worked) continue;
      this.#socket.succeeded();
      this.#say("live");
      await new Promise<void>((resolve) => (this.#work = resolve));
    }
  }

  /** One round of what is lacking; whether there was anything. */
  async #mend(turn: number): Promise<boolean> {
    if (!this.state || this.state.asks.has(EVERYTHING)) {
      await this.#snapshot(turn);
      return true;
    }
    const behind = [...this.state.behind.keys()].flatMap((stream) => {
      const cursor = this.state!.cursors.get(stream);
      return cursor === undefined ? [] : [[stream, cursor] as const];
    });
    if (behind.length) {
      const stretches = await asking.changes(behind);
      if (turn === this.#turn) this.#caughtUp(stretches);
      return true;
    }
    const asks = [...this.state.asks.values()];
    if (asks.length) {
      await asking.answers(asks, (ask, answer) => turn === this.#turn && this.#absorb(ask, answer));
      return true;
    }
    const page = [...this.#wanted].find((id) => this.#lacksPage(id));
    if (page === undefined) return false;
    await this.#newest(page);
    return true;
  }

  #lacksPage(id: number): boolean {
    const held = this.state?.conversations.get(id);
    return held !== undefined && (held.live?.from ?? null) === null;
  }

  async #newest(id: number): Promise<void> {
    try {
      await this.page(id, { which: "newest", limit: PAGE });
    } catch (error) {
      if (!(error instanceof Refused) || error.isForNow) throw error;
      this.#wanted.delete(id);
    }
  }

  #absorb(ask: Ask, answer: unknown): void {
    if (this.state) this.#put(changed(this.state, (draft) => absorb(draft, ask, answer)), []);
  }

  #caughtUp(stretches: readonly Answered[]): void {
    if (!this.state) return;
    const applied: Applied[] = [];
    const before = this.state.cursors;
    const state = caught(this.state, ...stretches);
    note(applied, stretches, before, state.cursors);
    this.#put(state, applied);
  }

  async #snapshot(turn: number): Promise<void> {
    const heads = { ...this.#heads };
    this.me = await asking.whoIsHere();
    const listed = await asking.conversations();
    if (turn !== this.#turn) return;
    const was = this.state;
    let state = begin(this.me, this.#epoch, heads, listed);
    state = changed(state, (draft) => {
      if (was?.epoch === this.#epoch) for (const key of was.looked_up.keys()) draft.askFor(key);
      compare(draft, this.#heads, false); // frames have come meanwhile
    });
    for (const id of this.#wanted) state = opened(state, id);
    this.#put(state, []);
  }

  #put(state: State | null, applied: readonly Applied[]): void {
    this.state = state;
    this.hears.changed(state, applied);
  }

  #wake(): void {
    this.#worked = true;
    this.#work?.();
    this.#work = null;
  }

  #say(connection: Connection): void {
    if (connection === this.connection) return;
    this.connection = connection;
    this.hears.connected(connection);
  }
}

const ownFacts = (me: MeView): Partial<State["me"]> => ({ name: me.name, roles: me.roles, session_id: me.session_id });

/** Which of the frames' entries were applied: those between where the cursor was and where it is. */
function note(
  applied: Applied[],
  frames: readonly Frame[],
  before: State["cursors"],
  after: State["cursors"],
): void {
  const told = new Map<string, number>();
  for (const { stream, entries } of frames) {
    const to = after.get(stream) ?? 0;
    for (const entry of entries) {
      if (entry.seq <= (told.get(stream) ?? before.get(stream) ?? to) || entry.seq > to) continue;
      told.set(stream, entry.seq);
      applied.push({ stream, entry });
    }
  }
}
