// How much waits to be read, in all conversations that may say so.
import { ref, type Ref } from "vue";

export function useUnread(): Ref<number> {
  return ref(0);
}
