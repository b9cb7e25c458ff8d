// Asking for what is lacking, whenever something is: one round after the other, for as long as the connection is the same.
import { Refused, Unreachable } from "./http";
import { pauseAfter } from "./socket";

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
    let failures = 0;
    while (mine()) {
      this.#worked = false;
      try {
        const some = await this.mends.mend(mine);
        failures = 0;
        if (some) continue;
      } catch (error) {
        if (!mine()) return;
        if (error instanceof Refused && error.isForNow) {
          // A fault of the server's is not asked for by everybody each second.
          const pause = error.retryAfter === null ? pauseAfter(++failures) : 1000 * error.retryAfter;
          await new Promise((resolve) => setTimeout(resolve, pause));
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
