// What is chosen for this device alone.
import { ref, watch, type Ref } from "vue";

function kept<T extends string>(key: string, values: readonly T[]): Ref<T> {
  const before = localStorage.getItem(key) as T | null;
  const value = ref(before && values.includes(before) ? before : values[0]!) as Ref<T>;
  watch(value, (now) => localStorage.setItem(key, now));
  return value;
}

/** Which key sends what is written; the other one begins a line. */
export const sendKey = kept("wecom.send_key", ["enter", "ctrl-enter"] as const);
