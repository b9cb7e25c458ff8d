// Small things that the server was not told yet: how far was read, and what is begun to be written. The last one of each
// conversation counts; it waits for a connection, and survives a restart.
import { Refused, Unreachable } from "./http";

export interface Waits<T> {
  /** Tell the server; throws `Unreachable` and `Refused`. */
  tell(conversationId: number, value: T): Promise<unknown>;
  keep(all: Record<number, T>): Promise<void>;
  live(): boolean;
}

export class Unsent<T> {
  readonly #values = new Map<number, T>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #telling = false;

  constructor(
    private readonly waits: Waits<T>,
    private readonly pause: number,
  ) {}

  /** What an earlier page left. */
  load(kept: Record<number, T> | undefined): void {
    for (const [id, value] of Object.entries(kept ?? {})) {
      if (!this.#values.has(Number(id))) this.#values.set(Number(id), value);
    }
    this.wake();
  }

  get(conversationId: number): T | undefined {
    return this.#values.get(conversationId);
  }

  set(conversationId: number, value: T): void {
    this.#values.set(conversationId, value);
    this.#keep();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(), this.pause);
  }

  /** There is a connection, or there may soon be no page: tell what waits. */
  wake(): void {
    if (this.#values.size) void this.#tell();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #keep(): void {
    void this.waits.keep(Object.fromEntries(this.#values));
  }

  async #tell(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#telling || !this.waits.live()) return;
    this.#telling = true;
    try {
      for (const [id, value] of this.#values) {
        try {
          await this.waits.tell(id, value);
        } catch (error) {
          if (error instanceof Unreachable || (error instanceof Refused && error.isForNow)) break;
          // What the server will not have, such as a draft of a conversation one was put out of, is not asked again.
        }
        // What was changed meanwhile is told in the next round.
        if (this.#values.get(id) === value) this.#values.delete(id);
      }
    } finally {
      this.#telling = false;
      this.#keep();
      if (this.#values.size) this.#timer = setTimeout(() => void this.#tell(), Math.max(this.pause, 1_000));
    }
  }
}
