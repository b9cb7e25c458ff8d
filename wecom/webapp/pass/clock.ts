// The server's time on a device whose own clock may be wrong, also while there is no network.

/** What differs by more was put, or slept. */
const MOVED = 5_000;

export interface Compared {
  /** By how many milliseconds the server's clock is ahead of this device's. */
  offset: number;
  /** When that was found out, by this device's clock. */
  at: number;
}

export class ServerClock {
  #compared: Compared;
  /** The same instant by the clock that nobody puts, if it was in this page's life. */
  #passed: number | null = null;

  constructor(kept: Compared | null = null) {
    this.#compared = kept ?? { offset: 0, at: 0 };
  }

  /** The server has said what time it is: somewhere between asking and hearing it. */
  told(server: number, asked: { at: number; passed: number }): Compared {
    const took = performance.now() - asked.passed;
    this.#passed = asked.passed + took / 2;
    this.#compared = { offset: server - (asked.at + took / 2), at: asked.at + took / 2 };
    return this.#compared;
  }

  get compared(): Compared {
    return this.#compared;
  }

  /** Milliseconds since 1970. A clock that was put back in this page's life is not believed. */
  now(): number {
    const own = Date.now() + this.#compared.offset;
    if (this.#passed === null) return own;
    const steady = this.#compared.at + this.#compared.offset + performance.now() - this.#passed;
    // Ahead of it: this device slept, while its steady clock stood still.
    return own < steady - MOVED ? steady : own;
  }
}

export const asking = (): { at: number; passed: number } => ({ at: Date.now(), passed: performance.now() });
