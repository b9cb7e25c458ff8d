// Who must wait before trying again, and until when: one conversation, or one upload, does not hold up the others.
import { pauseAfter } from "./socket";

export class Pauses {
  readonly #until = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `over`: called whenever one of them need wait no longer. */
  constructor(private readonly over: () => void) {}

  has(lane: string): boolean {
    return this.#until.has(lane);
  }

  /** Wait for as many milliseconds as were asked for, else longer each time; until when. */
  begin(lane: string, asked: number | null): number {
    const failures = (this.#failures.get(lane) ?? 0) + 1;
    if (asked === null) this.#failures.set(lane, failures);
    const until = Date.now() + (asked ?? pauseAfter(failures));
    this.#until.set(lane, until);
    this.#wait();
    return until;
  }

  /** It went well. */
  done(lane: string): void {
    this.#failures.delete(lane);
    this.#until.delete(lane);
  }

  /** Nobody need wait any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#until.clear();
    this.#failures.clear();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.#until.size) return;
    const next = Math.min(...this.#until.values());
    this.#timer = setTimeout(() => this.#passed(), Math.max(0, next - Date.now()));
  }

  #passed(): void {
    const now = Date.now();
    for (const [lane, until] of this.#until) if (until <= now) this.#until.delete(lane);
    this.#wait();
    this.over();
  }
}
