// What the screen is called, for the page's title: the heading that was drawn last, of those that are there.
import { computed, onScopeDispose, shallowReactive, watch } from "vue";

const headings = shallowReactive(new Map<symbol, string>());

export const titled = computed(() => [...headings.values()].at(-1) ?? "");

export function useTitle(heading: () => string): void {
  const mine = Symbol("heading");
  watch(
    heading,
    (now) => {
      if (now) headings.set(mine, now);
      else headings.delete(mine);
    },
    { immediate: true },
  );
  onScopeDispose(() => headings.delete(mine));
}
