// One's own entry in the directory, asked for once.
import { shallowRef, watch, type ShallowRef } from "vue";

import { memberById, type Member } from "@/wire/me";

import { useSession } from "../session";

const own = shallowRef<Member | null>(null);

export function useOwn(): ShallowRef<Member | null> {
  const session = useSession();
  watch(
    () => session.me?.id,
    async (id) => {
      if (own.value?.id === id) return;
      own.value = null;
      try {
        if (id) own.value = await memberById(id);
      } catch {
        // The name is known from the session: the rest is shown when there is a network again.
      }
    },
    { immediate: true },
  );
  return own;
}
