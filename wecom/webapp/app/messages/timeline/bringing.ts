// Bringing a message into view. Heights are only known once they are drawn, and lines may come in above: it is looked
// for by its number until it stands still.
import { nextTick } from "vue";

export interface Wanted {
  seq: number;
}

export interface Shows {
  messages(): readonly Wanted[];
  /** What is scrolled. */
  box(): HTMLElement | null;
  scrollTo(index: number): void;
  begun(): void;
  done(): void;
}

const MOST_FRAMES = 90;

export function useBringing({ messages, box, scrollTo, begun, done }: Shows) {
  let brought: Wanted | null = null;

  /** Where a message stands in sight; not a number where it does not. */
  function topOf(seq: number): number {
    const around = box()?.getBoundingClientRect();
    const here = box()?.querySelector(`[data-seq="${seq}"]`)?.getBoundingClientRect();
    return around && here && here.bottom > around.top && here.top < around.bottom ? here.top - around.top : NaN;
  }

  async function bring(wanted: Wanted): Promise<void> {
    brought = wanted;
    await nextTick();
    for (let still = 0, top = NaN, frame = 0; still < 3 && frame < MOST_FRAMES; frame++) {
      const lines = messages();
      if (brought !== wanted || !lines.length) return;
      begun();
      const found = lines.findIndex((each) => each.seq >= wanted.seq);
      const at = found < 0 ? lines.length - 1 : found;
      const now = topOf(lines[at]!.seq);
      still = now === top ? still + 1 : 0;
      if (!still) scrollTo(at);
      top = now;
      await new Promise(requestAnimationFrame);
    }
    if (brought !== wanted) return;
    brought = null;
    done();
  }

  return {
    bring,
    /** Whoever takes hold of the messages goes elsewhere. */
    letGo: (): void => void (brought = null),
    /** Until it is there, nothing else is loaded that would move it. */
    isBringing: (wanted?: Wanted): boolean => (wanted ? brought === wanted : brought !== null),
  };
}
