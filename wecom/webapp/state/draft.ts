// A state being changed: each part is copied once, however many entries change it, and the old state stays as it was.
import { askOf, isConversation, keyOf, numberOf, streamOf } from "./model";
import type { Ask, Conversation, Message, State } from "./model";

export type Changing<T> = { -readonly [K in keyof T]: T[K] };

export class Draft {
  readonly cursors: Map<string, number>;
  readonly behind: Map<string, number>;
  readonly asks: Map<string, Ask>;
  readonly conversations: Map<number, Conversation>;
  readonly #mine = new Set<number>();
  readonly #lists = new Map<number, Message[]>();
  readonly #was: State;
  #lookedUp: Map<string, unknown> | null = null;
  #stale: Set<string> | null = null;
  me: State["me"];
  epoch: string;
  devices: State["devices"];

  constructor(was: State) {
    this.#was = was;
    this.cursors = new Map(was.cursors);
    this.behind = new Map(was.behind);
    this.asks = new Map(was.asks);
    this.conversations = new Map(was.conversations);
    this.me = was.me;
    this.epoch = was.epoch;
    this.devices = was.devices;
  }

  /** A conversation, to be changed in place. */
  conversation(id: number): Changing<Conversation> | undefined {
    const held = this.conversations.get(id);
    if (!held || this.#mine.has(id)) return held;
    const copy = { ...held };
    this.#mine.add(id);
    this.conversations.set(id, copy);
    return copy;
  }

  /** The newest messages of a conversation that is being changed, to be changed in place too. */
  newest(conversation: Changing<Conversation>): Message[] {
    const { live } = conversation;
    if (!live) return [];
    const mine = this.#lists.get(conversation.id);
    if (mine && mine === live.messages) return mine;
    const copy = live.messages.slice();
    this.#lists.set(conversation.id, copy);
    conversation.live = { ...live, messages: copy };
    return copy;
  }

  put(conversation: Conversation): void {
    this.#mine.add(conversation.id);
    this.conversations.set(conversation.id, conversation);
  }

  get lookedUp(): ReadonlyMap<string, unknown> {
    return this.#lookedUp ?? this.#was.looked_up;
  }

  learn(key: string, answer: unknown): void {
    this.#lookedUp ??= new Map(this.#was.looked_up);
    this.#lookedUp.set(key, answer);
    if (this.stale.has(key)) {
      this.#stale ??= new Set(this.#was.stale);
      this.#stale.delete(key);
    }
  }

  /** Know no more of what was looked up. */
  unlearn(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#lookedUp ??= new Map(this.#was.looked_up);
      this.#stale ??= new Set(this.#was.stale);
      this.#lookedUp.delete(key);
      this.#stale.delete(key);
      this.asks.delete(key);
    }
  }

  get stale(): ReadonlySet<string> {
    return this.#stale ?? this.#was.stale;
  }

  doubt(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#stale ??= new Set(this.#was.stale);
      this.#stale.add(key);
    }
  }

  ask(what: string, id = 0): void {
    this.asks.set(keyOf(what, id), { what, id });
  }

  askFor(key: string): void {
    this.asks.set(key, askOf(key));
  }

  fallBehind(stream: string, to: number): void {
    this.behind.set(stream, Math.max(to, this.behind.get(stream) ?? 0));
  }

  /** Do without a stream, and all that it told. */
  forget(stream: string): void {
    this.cursors.delete(stream);
    this.behind.delete(stream);
    if (!isConversation(stream)) return;
    const id = numberOf(stream);
    this.conversations.delete(id);
    this.asks.delete(keyOf("conversation", id));
  }

  /** Have the API's own count of a conversation, where it cannot be told from what is held. */
  recount(id: number): void {
    if (this.cursors.has(streamOf(id))) this.ask("conversation", id);
  }

  done(): State {
    const { me, epoch, cursors, behind, asks, conversations, devices } = this;
    const looked_up = this.lookedUp;
    return { me, epoch, cursors, behind, asks, conversations, devices, looked_up, stale: this.stale };
  }
}

export function changed(state: State, alter: (draft: Draft) => void): State {
  const draft = new Draft(state);
  alter(draft);
  return draft.done();
}
