// Reading is marked only while somebody can be reading: the page is in sight, and its window is the one in use.
//
// Two windows side by side are both read, and only one has the focus: one over which the pointer moves or the wheel
// turns is in use too, for a while.
import { onScopeDispose } from "vue";

const PAUSE = 400;
const IN_USE = 60_000;
const SIGNS = ["pointermove", "pointerdown", "wheel", "keydown"] as const;

let usedAt = 0;
for (const sign of SIGNS) addEventListener(sign, () => (usedAt = Date.now()), { passive: true, capture: true });

const isWatched = (): boolean =>
  document.visibilityState === "visible" && (document.hasFocus() || Date.now() - usedAt < IN_USE);

export function useSeen(lowest: () => number, tell: (seq: number) => void): { look: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = 0;

  function mark(): void {
    timer = undefined;
    const seq = isWatched() ? lowest() : 0;
    if (seq <= told) return;
    told = seq;
    tell(seq);
  }

  /** Soon: whatever moves meanwhile is looked at together. */
  function look(): void {
    timer ??= setTimeout(mark, PAUSE);
  }

  addEventListener("focus", look);
  addEventListener("pointermove", look, { passive: true });
  document.addEventListener("visibilitychange", look);
  onScopeDispose(() => {
    clearTimeout(timer);
    removeEventListener("focus", look);
    removeEventListener("pointermove", look);
    document.removeEventListener("visibilitychange", look);
  });
  return { look };
}
