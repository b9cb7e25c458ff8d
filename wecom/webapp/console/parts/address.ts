// What a screen is narrowed to, kept in its address: so that it can be sent on, and going back goes back.
import { computed, type WritableComputedRef } from "vue";
import { useRoute, useRouter, type Router } from "vue-router";

let pending: Record<string, string | undefined> | null = null;

/** One word of the address's query; empty is its absence. */
export function useInAddress(name: string, otherwise = ""): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => (typeof route.query[name] === "string" ? route.query[name] : otherwise),
    set: (value) => change(router, { [name]: value === otherwise ? undefined : value }),
  });
}

/** Several are changed in one step of the history. */
export function change(router: Router, words: Record<string, string | undefined>): void {
  if (pending) {
    Object.assign(pending, words);
    return;
  }
  pending = words;
  queueMicrotask(() => {
    const query = { ...router.currentRoute.value.query, ...pending };
    pending = null;
    void router.replace({ query: Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== "")) });
  });
}
