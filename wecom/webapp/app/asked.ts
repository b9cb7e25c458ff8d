// Something a screen asks the server for: what came, or why not, and asking again.
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { reason } from "@/text/reason";

export interface Asked<T> {
  value: ShallowRef<T | undefined>;
  problem: Ref<string>;
  waiting: Ref<boolean>;
  again: () => Promise<void>;
}

/** The last question asked counts, whichever answer comes last. */
export function useAsked<T>(ask: () => Promise<T>): Asked<T> {
  const value = shallowRef<T>();
  const problem = ref("");
  const waiting = ref(false);
  let latest = 0;

  async function again(): Promise<void> {
    const mine = ++latest;
    waiting.value = true;
    try {
      const said = await ask();
      if (mine !== latest) return;
      value.value = said;
      problem.value = "";
    } catch (error) {
      if (mine === latest) problem.value = reason(error);
    } finally {
      if (mine === latest) waiting.value = false;
    }
  }

  onScopeDispose(() => (latest = -1));
  void again();
  return { value, problem, waiting, again };
}
