// What was said here and is not yet known to be durable: kept on this device, sent again until it is answered.
//
// The server says a `client_id` once however often it comes, so sending again after a cut, a crash or a lost
// answer is always right. Within a conversation one message is under way at a time: what was typed first is said
// first, even where the server asked to wait in between. A file is uploaded first, while what was typed after it
// goes out; it takes its place in the order when it is here.
import { Refused, Unreachable } from "./http";
import { momentOfWriting, newClientId, type Pending, type Progress } from "./pending";
import { Pauses } from "./pauses";
import { nextToSay, nextToUpload, ofConversation, waits } from "./turns";

export interface Sends {
  /** Say it; the number where it stands. Throws `Refused` and `Unreachable`. */
  send(pending: Pending, signal: AbortSignal): Promise<number>;
  /** Upload its file, or go on uploading; whoever calls is told of progress through `moved`. Resolves to the upload's id. */
  upload(pending: Pending, moved: (sent: number, url?: string) => void, signal: AbortSignal): Promise<string>;
}

export interface Keeps {
  put(pending: Pending): Promise<void>;
  drop(client_id: string): Promise<void>;
}

export interface Tells {
  /** Something here is other than before. */
  changed(): void;
  /** Another page of this account should know. */
  told(pending: Pending): void;
  gone(client_id: string): void;
  progressed(client_id: string, progress: Progress): void;
}

/** So many that came to their end here are known: news of them from another page may come late. */
const ENDED = 500;

const lane = (conversationId: number): string => `conversation ${conversationId}`;

export class Outbox {
  readonly pending = new Map<string, Pending>();
  readonly progress = new Map<string, Progress>();
  #draining: Promise<void> | null = null;
  #stop = new AbortController();
  #busy = new Set<number>();
  #uploading = new Map<string, AbortController>();
  #ended = new Set<string>();
  readonly #pauses = new Pauses(() => this.wake());
  #more: (() => void) | null = null;

  constructor(
    private readonly name: string,
    private readonly sends: Sends,
    private readonly keeps: Keeps,
    private readonly tells: Tells,
    private readonly live: () => boolean,
    /** How far a conversation has been heard. */
    private readonly heardTo: (conversationId: number) => number,
  ) {}

  /** In the order in which they were written. */
  of(conversationId: number): Pending[] {
    return ofConversation(this.pending, conversationId);
  }

  /** What an earlier page left. */
  load(kept: readonly Pending[]): void {
    for (const each of kept) if (!this.pending.has(each.client_id)) this.pending.set(each.client_id, each);
    this.tells.changed();
    this.wake();
  }

  async add(pending: Omit<Pending, "client_id" | "written_at">, clientId = newClientId()): Promise<string> {
    const kept = { ...pending, client_id: clientId, written_at: momentOfWriting() };
    this.pending.set(clientId, kept);
    this.tells.changed();
    // On disk before it is sent: what was sent and is not known here any more could be said again.
    await this.keeps.put(kept);
    this.tells.told(kept);
    this.wake();
    return clientId;
  }

  /** Another page of this account has one more, or knows more of one. */
  learn(pending: Pending): void {
    const { client_id, conversation_id, seq } = pending;
    if (this.#ended.has(client_id)) return;
    // It has been heard here already: the other page was told so only by its own answer.
    if (seq !== undefined && this.heardTo(conversation_id) >= seq) return this.seen(client_id);
    this.pending.set(client_id, pending);
    this.tells.changed();
    this.wake();
  }

  learnProgress(clientId: string, progress: Progress): void {
    this.progress.set(clientId, progress);
    this.tells.changed();
  }

  /** Try one that was refused once more, as what was written last; or one that waits for a pause to be over, now. */
  async retry(clientId: string): Promise<void> {
    const found = this.pending.get(clientId);
    if (!found) return;
    this.#pauses.done(lane(found.conversation_id));
    this.#pauses.done(clientId);
    if (found.refusal !== undefined) {
      await this.#change({ ...found, refusal: undefined, written_at: momentOfWriting() });
    }
    this.wake();
  }

  async discard(clientId: string): Promise<void> {
    this.#uploading.get(clientId)?.abort();
    this.seen(clientId);
    this.tells.gone(clientId);
  }

  /** Its entry has come: the message stands in the conversation. */
  seen(clientId: string): void {
    this.progress.delete(clientId);
    this.#ended.add(clientId);
    if (this.#ended.size > ENDED) this.#ended.delete(this.#ended.values().next().value!);
    if (!this.pending.delete(clientId)) return;
    void this.keeps.drop(clientId);
    this.tells.changed();
  }

  /** Send what waits, if there is a connection and no other page is at it. */
  wake(): void {
    this.#more?.();
    if (this.#draining || !this.live() || !waits(this.pending)) return;
    this.#stop = new AbortController();
    this.#draining = this.#alone(this.#stop.signal).finally(() => {
      this.#draining = null;
      // What came while the lock was given back.
      if (this.live() && (this.#sayable().length || this.#uploadable().length)) setTimeout(() => this.wake(), 50);
    });
  }

  /** The connection is gone, or the page is. */
  cut(): void {
    this.#pauses.clear();
    this.#stop.abort();
    this.#more?.();
  }

  /** One page of this browser sends at a time; where there are no locks each does, and the server says it once. */
  async #alone(signal: AbortSignal): Promise<void> {
    let entered = false;
    const drain = (): Promise<void> => {
      entered = true;
      return this.#drain(signal);
    };
    try {
      await navigator.locks.request(this.name, { signal }, drain);
    } catch {
      if (!entered && !signal.aborted) await drain();
    }
  }

  async #drain(signal: AbortSignal): Promise<void> {
    while (this.live() && !signal.aborted && waits(this.pending)) {
      const more = new Promise<void>((resolve) => (this.#more = resolve));
      for (const each of this.#sayable()) void this.#say(each, signal);
      for (const each of this.#uploadable()) void this.#upload(each);
      if (!this.#busy.size && !this.#uploading.size) break;
      await more;
    }
    for (const each of this.#uploading.values()) each.abort();
  }

  #sayable(): Pending[] {
    return nextToSay(this.pending, (id) => this.#busy.has(id) || this.#pauses.has(lane(id)));
  }

  #uploadable(): Pending[] {
    const idle = ({ client_id }: Pending): boolean => !this.#uploading.has(client_id) && !this.#pauses.has(client_id);
    return nextToUpload(this.pending, idle, this.#uploading.size);
  }

  async #say(pending: Pending, signal: AbortSignal): Promise<void> {
    const { client_id, conversation_id } = pending;
    this.#busy.add(conversation_id);
    this.#progressed(client_id, { sending: true });
    try {
      const seq = await this.sends.send(pending, signal);
      this.#pauses.done(lane(conversation_id));
      if (this.heardTo(conversation_id) >= seq) {
        this.seen(client_id);
        this.tells.gone(client_id);
      } else await this.#change({ ...(this.pending.get(client_id) ?? pending), seq });
    } catch (error) {
      await this.#failed(pending, error, lane(conversation_id));
    } finally {
      this.#busy.delete(conversation_id);
      this.#more?.();
    }
  }

  async #upload(pending: Pending): Promise<void> {
    const { client_id } = pending;
    const abort = new AbortController();
    this.#uploading.set(client_id, abort);
    const moved = (sent: number, url?: string): void => {
      const now = this.pending.get(client_id);
      if (url && now?.file && now.file.url !== url) void this.#change({ ...now, file: { ...now.file, url } });
      this.#progressed(client_id, { sending: true, sent });
    };
    try {
      const upload = await this.sends.upload(pending, moved, abort.signal);
      const now = this.pending.get(client_id);
      if (now?.file) await this.#change({ ...now, file: { ...now.file, upload } });
    } catch (error) {
      if (!abort.signal.aborted) await this.#failed(pending, error, client_id);
    } finally {
      this.#uploading.delete(client_id);
      this.#more?.();
    }
  }

  /** Refused for good, or to be tried again in a while. */
  async #failed({ client_id }: Pending, error: unknown, held: string): Promise<void> {
    const pending = this.pending.get(client_id);
    if (!pending) return;
    const forGood = error instanceof Refused && !error.isForNow && !error.isOfSession;
    if (forGood && error.refusal.error === "NoSuchUpload" && pending.file?.upload) {
      // It lay too long and was cleared away: the file is still here.
      await this.#change({ ...pending, file: { ...pending.file, upload: undefined, url: undefined } });
    } else if (forGood) {
      this.#progressed(client_id, { sending: false });
      await this.#change({ ...pending, refusal: error.refusal });
    } else if (error instanceof Refused || error instanceof Unreachable) {
      const asked = error instanceof Refused ? error.retryAfter : null;
      this.#progressed(client_id, { sending: false, retry_at: this.#pauses.begin(held, asked && asked * 1000) });
    } else {
      console.error(error);
      const refusal = { error: "Failed", message: String(error), request_id: "", facts: {} };
      await this.#change({ ...pending, refusal });
    }
  }

  async #change(pending: Pending): Promise<void> {
    if (!this.pending.has(pending.client_id)) return;
    this.pending.set(pending.client_id, pending);
    this.tells.changed();
    this.tells.told(pending);
    await this.keeps.put(pending);
  }

  #progressed(clientId: string, progress: Progress): void {
    if (!this.pending.has(clientId)) return;
    this.progress.set(clientId, progress);
    this.tells.progressed(clientId, progress);
    this.tells.changed();
  }
}
