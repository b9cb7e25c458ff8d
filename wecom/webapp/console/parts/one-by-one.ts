// The same done with several, one after the other.
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue";

import { said } from "./load";

export interface OneByOne<T> {
  running: Ref<boolean>;
  worked: Ref<number>;
  of: Ref<number>;
  done: ComputedRef<number>;
  /** Who was left as they were, and why. */
  refused: ShallowRef<readonly { one: T; because: string }[]>;
  reset: () => void;
  /** What is no refusal ends it, and is thrown on. */
  run: (all: readonly T[], act: (one: T) => Promise<unknown>) => Promise<void>;
}

export function useOneByOne<T>(): OneByOne<T> {
  const running = ref(false);
  const worked = ref(0);
  const of = ref(0);
  const refused = shallowRef<readonly { one: T; because: string }[]>([]);
  const done = computed(() => worked.value - refused.value.length);

  function reset(): void {
    [worked.value, of.value, refused.value] = [0, 0, []];
  }

  async function run(all: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> {
    reset();
    [running.value, of.value] = [true, all.length];
    try {
      for (const one of all) {
        try {
          await act(one);
        } catch (error) {
          refused.value = [...refused.value, { one, because: said(error) }];
        }
        worked.value += 1;
      }
    } finally {
      running.value = false;
    }
  }

  return { running, worked, of, done, refused, reset, run };
}
