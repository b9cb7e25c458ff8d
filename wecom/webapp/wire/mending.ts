// Asking for what is lacking, whenever something is: one round after the other, for as long as the connection is the same.
import { Refused, Unreachable } from "./http";

export interface Mends {
  /** One round of what is lacking; whether there was anything. `mine`: whether the connection is still the same. */
  mend(mine: () => boolean): Promise<boolean>;
  /** Nothing is lacking any more. */
  whole(): void;
  /** The server cannot be asked now. */
  failed(): void;
}

export class Mending {
  #turn = 0;
  #worked = false;
  #work: (() => void) | null = null;

  constructor(private readonly mends: Mends) {}

  begin(): void {
    void this.#forEver(++this.#turn);
  }

  stop(): void {
    this.#turn += 1;
    this.wake();
  }

  /** Something may be lacking. */
  wake(): void {
    this.#worked = true;
    this.#work?.();
    this.#work = null;
  }

  async #forEver(turn: number): Promise<void> {
    const mine = (): boolean => turn === this.#turn;
    while (mine()) {
      this.#worked = false;
      try {
        if (await this.mends.mend(mine)) continue;
      } catch (error) {
        if (!mine()) return;
        if (error instanceof Refused && error.isForNow) {
          await new Promise((resolve) => setTimeout(resolve, 1000 * (error.retryAfter ?? 1)));
          continue;
        }
        if (!(error instanceof Refused || error instanceof Unreachable)) console.error(error);
        return this.mends.failed();
      }
      if (!mine() || this.#worked) continue;
      this.mends.whole();
      await new Promise<void>((resolve) => (this.#work = resolve));
    }
  }
}
