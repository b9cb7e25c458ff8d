// A client that stays up to date: connects, catches up, asks for what it lacks.
//
// Stores read `state` and call the verbs; `changed` is called after every change of what may be seen.
import { caught, hear } from "@/state/apply";
import { changed, type Draft } from "@/state/draft";
import { EVERYTHING, keyOf, type Answered, type Ask, type ConversationView } from "@/state/model";
import type { Frame, MeView, Preferences, State } from "@/state/model";
import { preferencesChanged } from "@/state/own";
import { absorb, begin, compare, closed, opened, returned, withPage, type Page } from "@/state/snapshot";

import { applied, Arrivals, type Applied } from "./arrivals";
import * as asking from "./asking";
import type { Heads, Heard, Say, Welcome } from "./frames";
import { Refused, tellSignedOut } from "./http";
import { Mending, type Mends } from "./mending";
import { hasPlace, whereOf } from "./paging";
import { Pauses } from "./pauses";
import { Socket, type Connection, type Listens } from "./socket";

export type { Applied };

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

export class Client implements Listens, Mends {
  state: State | null = null;
  connection: Connection = "connecting";
  readonly #socket: Socket;
  #epoch = "";
  #heads: Record<string, number> = {};
  readonly #arrivals = new Arrivals(() => this.#applyWaiting());
  readonly #mending = new Mending(this);
  /** What the server could not answer: asked again after a while. */
  readonly #later = new Pauses(() => this.#mending.wake());
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
    this.#mending.stop();
    this.#arrivals.stop();
    this.#later.clear();
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
    this.#mending.wake();
  }

  replace(next: (state: State) => State): void {
    if (!this.state) return;
    const state = next(this.state);
    if (state !== this.state) this.#put(state, []);
    this.#mending.wake();
  }

  ask(what: string, id = 0): void {
    if (this.state && !this.state.asks.has(keyOf(what, id))) this.alter((draft) => draft.ask(what, id));
  }

  /** Have a conversation's newest page, now or as soon as it can be had. */
  open(id: number): void {
    this.#wanted.add(id);
    this.replace((state) => opened(state, id));
  }

  /** Nobody looks at it any more. */
  close(id: number): void {
    this.#wanted.delete(id);
    this.replace((state) => closed(state, id));
  }

  /** A page of a conversation; throws `Unreachable` and `Refused`. */
  async page(id: number, where: Page): Promise<void> {
    const conversation = this.state?.conversations.get(id);
    if (!conversation) return;
    const asked = whereOf(conversation, where);
    if (!asked) return;
    this.replace((state) => opened(state, id));
    const messages = await asking.page(id, where.limit, asked);
    if (!hasPlace(conversation, this.state?.conversations.get(id), where)) return;
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
    this.#arrivals.take();
    if (this.state && this.state.epoch !== welcome.epoch) {
      this.#put(null, []);
      this.hears.forgotten();
    }
    if (this.state) this.#put(changed(this.state, (draft) => compare(draft, welcome.heads)), []);
    if (this.#watched.length) this.watch(this.#watched);
    this.#mending.begin();
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
    this.#mending.stop();
    this.#say(navigator.onLine ? "connecting" : "offline");
  }

  ended(): void {
    this.#mending.stop();
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

  #keepFrame(frame: Frame): void {
    this.#heads[frame.stream] = Math.max(frame.to, this.#heads[frame.stream] ?? 0);
    this.#arrivals.keep(frame);
  }

  /** Before the snapshot is here, frames only say how far it must reach. */
  #applyWaiting(): void {
    const frames = this.#arrivals.take();
    if (!this.state || !frames.length) return;
    const before = this.state.cursors;
    const state = changed(this.state, (draft) => {
      for (const frame of frames) hear(draft, frame);
    });
    this.#put(state, applied(frames, before, state.cursors));
    this.#mending.wake();
  }

  whole(): void {
    this.#socket.succeeded();
    this.#say("live");
  }

  failed(): void {
    this.#socket.again();
  }

  /** One round of what is lacking; whether there was anything. */
  async mend(mine: () => boolean): Promise<boolean> {
    if (!this.state || this.state.asks.has(EVERYTHING)) {
      await this.#snapshot(mine);
      return true;
    }
    const behind = [...this.state.behind.keys()].flatMap((stream) => {
      const cursor = this.state!.cursors.get(stream);
      return cursor === undefined ? [] : [[stream, cursor] as const];
    });
    if (behind.length) {
      const stretches = await asking.changes(behind);
      if (mine()) this.#caughtUp(stretches);
      return true;
    }
    const asks = [...this.state.asks.values()].filter((ask) => !this.#later.has(keyOf(ask.what, ask.id)));
    if (asks.length) {
      const take = (ask: Ask, answer: unknown): void => void (mine() && this.#absorb(ask, answer));
      await asking.answers(asks, take, (some, retryAfter) => {
        for (const { what, id } of some) this.#later.begin(keyOf(what, id), retryAfter && retryAfter * 1000);
      });
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
    this.#later.done(keyOf(ask.what, ask.id));
    if (this.state) this.#put(changed(this.state, (draft) => absorb(draft, ask, answer)), []);
  }

  #caughtUp(stretches: readonly Answered[]): void {
    if (!this.state) return;
    const before = this.state.cursors;
    const state = caught(this.state, ...stretches);
    this.#put(state, applied(stretches, before, state.cursors));
  }

  async #snapshot(mine: () => boolean): Promise<void> {
    const heads = { ...this.#heads };
    this.me = await asking.whoIsHere();
    const listed = await asking.conversations();
    if (!mine()) return;
    const was = this.state;
    let state = begin(this.me, this.#epoch, heads, listed);
    state = changed(state, (draft) => {
      const known = was?.epoch === this.#epoch ? [...was.looked_up.keys(), ...was.asks.keys()] : [];
      for (const key of known) if (key !== EVERYTHING) draft.askFor(key);
      compare(draft, this.#heads, false); // frames have come meanwhile
    });
    for (const id of this.#wanted) state = opened(state, id);
    this.#put(state, []);
  }

  #put(state: State | null, entries: readonly Applied[]): void {
    this.state = state;
    this.hears.changed(state, entries);
  }

  #say(connection: Connection): void {
    if (connection === this.connection) return;
    this.connection = connection;
    this.hears.connected(connection);
  }
}

const ownFacts = (me: MeView): Partial<State["me"]> => ({ name: me.name, roles: me.roles, session_id: me.session_id });
