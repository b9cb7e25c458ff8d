// Frames as they come in: those that come in one go are applied in one go.
import type { Entry, Frame, State } from "@/state/model";

export interface Applied {
  stream: string;
  entry: Entry;
}

export class Arrivals {
  #waiting: Frame[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ready: () => void) {}

  keep(frame: Frame): void {
    this.#waiting.push(frame);
    this.#timer ??= setTimeout(this.ready, 0);
  }

  /** What has come since. */
  take(): Frame[] {
    this.stop();
    const frames = this.#waiting;
    this.#waiting = [];
    return frames;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Which of the frames' entries were applied: those between where the cursor was and where it is. */
export function applied(frames: readonly Frame[], before: State["cursors"], after: State["cursors"]): Applied[] {
  const found: Applied[] = [];
  const told = new Map<string, number>();
  for (const { stream, entries } of frames) {
    const to = after.get(stream) ?? 0;
    for (const entry of entries) {
      if (entry.seq <= (told.get(stream) ?? before.get(stream) ?? to) || entry.seq > to) continue;
      told.set(stream, entry.seq);
      found.push({ stream, entry });
    }
  }
  return found;
}
