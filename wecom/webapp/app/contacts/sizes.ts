// How many people each department has, with all under it, of those that one sees.
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue";

import { departmentSizes } from "@/wire/directory";

import { useChat } from "../stores/chat";

/** A table of ten thousand that is taken over changes the directory ten thousand times. */
const AGAIN_AFTER = 5_000;

const sizes = shallowRef<ReadonlyMap<number, number>>();
let whose = 0;
let asOf = -1;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Kept up with while a screen shows them. */
export function useSizes(): ShallowRef<ReadonlyMap<number, number> | undefined> {
  const chat = useChat();

  async function ask(): Promise<void> {
    timer = undefined;
    const me = chat.state?.me.id;
    const cursor = chat.state?.cursors.get("directory") ?? 0;
    if (!me) return;
    try {
      const found = await departmentSizes();
      sizes.value = new Map(found.map((each) => [each.department_id, each.members]));
      [whose, asOf] = [me, cursor];
    } catch {
      // Numbers beside names: they come with the network.
    }
  }

  const stop = watch(
    () => [chat.state?.me.id ?? 0, chat.state?.cursors.get("directory") ?? 0] as const,
    ([me, cursor]) => {
      if (!me || (me === whose && cursor === asOf) || timer) return;
      if (me !== whose) sizes.value = undefined;
      timer = setTimeout(() => void ask(), me === whose ? AGAIN_AFTER : 0);
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return sizes;
}
