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

/** Nobody has taken in what stood there for less. */
const GLIMPSE = 150;

export interface Sees {
  /** The number of the last message in view; 0 where there is none. */
  lowest(): number;
  /** Whether something stands before the messages: behind that nobody reads. */
  isCovered(): boolean;
  tell(seq: number): void;
}

export interface Seen {
  /** Look soon: whatever moves meanwhile is looked at together. */
  look(): void;
  /** Whoever goes away now has seen what there was to be looked at, also where that was not done yet. */
  leave(): void;
}

export function useSeen({ lowest, isCovered, tell }: Sees): Seen {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  let told = 0;

  function mark(seq: number): void {
    clearTimeout(timer);
    timer = undefined;
    if (seq <= told) return;
    told = seq;
    tell(seq);
  }

  const seesNow = (): boolean => isWatched() && !isCovered();

  function look(): void {
    if (timer) return;
    // Zero: nobody looks yet, so that nothing is seen by going away.
    since = seesNow() ? Date.now() : 0;
    timer = setTimeout(() => mark(seesNow() ? lowest() : 0), PAUSE);
  }

  function leave(): void {
    if (timer && since && Date.now() - since >= GLIMPSE) mark(lowest());
  }

  const turned = (): void => (document.hidden ? leave() : look());
  addEventListener("focus", look);
  addEventListener("pointermove", look, { passive: true });
  document.addEventListener("visibilitychange", turned);
  onScopeDispose(() => {
    clearTimeout(timer);
    removeEventListener("focus", look);
    removeEventListener("pointermove", look);
    document.removeEventListener("visibilitychange", turned);
  });
  return { look, leave };
}
