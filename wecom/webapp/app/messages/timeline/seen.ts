// Reading is marked only while somebody can be reading: the page is in front, and the window has the focus.
import { onScopeDispose } from "vue";

const PAUSE = 400;

export function useSeen(lowest: () => number, tell: (seq: number) => void): { look: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = 0;

  const isWatched = () => document.visibilityState === "visible" && document.hasFocus();

  function mark(): void {
    const seq = isWatched() ? lowest() : 0;
    if (seq <= told) return;
    told = seq;
    tell(seq);
  }

  function look(): void {
    clearTimeout(timer);
    timer = setTimeout(mark, PAUSE);
  }

  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  onScopeDispose(() => {
    clearTimeout(timer);
    removeEventListener("focus", look);
    document.removeEventListener("visibilitychange", look);
  });
  return { look };
}
