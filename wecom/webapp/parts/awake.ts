// The screen stays on while something is shown on it for somebody else, where the browser lets it.
import { onBeforeUnmount, onMounted } from "vue";

export function useAwake(): void {
  let held: WakeLockSentinel | undefined;
  let over = false;
  async function hold(): Promise<void> {
    if (document.visibilityState !== "visible" || over) return;
    held = await navigator.wakeLock?.request("screen").catch(() => undefined);
    if (over) void held?.release();
  }
  const seen = (): void => void hold();
  onMounted(() => {
    void hold();
    document.addEventListener("visibilitychange", seen);
  });
  onBeforeUnmount(() => {
    over = true;
    document.removeEventListener("visibilitychange", seen);
    void held?.release();
  });
}
