// Waiting is shown only where it is felt: what comes within 200 ms needs no word.
import { onScopeDispose, ref, watch, type Ref } from "vue";

export function useLate(waiting: () => boolean, after = 200): Ref<boolean> {
  const late = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    waiting,
    (now) => {
      clearTimeout(timer);
      if (now) timer = setTimeout(() => (late.value = true), after);
      else late.value = false;
    },
    { immediate: true },
  );
  onScopeDispose(() => clearTimeout(timer));
  return late;
}
