// The lines of a conversation. What takes a part of its own to be drawn is first shown with the rest, in its size;
// lines that stand there are never taken away again, for then the place where one reads would be lost.
import { computed, ref, watch, type ComputedRef } from "vue";

import type { Shown } from "../../stores/chat";
import { withNotices, type Line } from "./noticed";

const isMarked = (each: Shown): boolean => each.content?.msgtype.startsWith("markdown") ?? false;

/** `needed`: asks for the part that draws markdown; ends when it is here or cannot be had. */
export function useLines(held: ComputedRef<readonly Shown[]>, needed: () => Promise<void>): ComputedRef<readonly Line[]> {
  const waits = ref(true);

  async function first(): Promise<void> {
    if (held.value.some(isMarked)) await needed();
    waits.value = false;
  }
  watch(() => held.value.length > 0, (known) => known && waits.value && void first(), { immediate: true });
  watch(() => held.value.some(isMarked), (some) => some && void needed());
  return computed(() => (waits.value ? [] : withNotices(held.value)));
}
