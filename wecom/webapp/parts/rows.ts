// Of a long list of rows of one height, those that are on the screen and a few around them.
import { computed, onBeforeUnmount, ref, watch, type ComputedRef, type Ref } from "vue";

/** None before one scrolls: the first screen is not to wait for what it does not show. */
const AROUND = 6;

export interface Rows {
  from: ComputedRef<number>;
  to: ComputedRef<number>;
  /** Scroll as little as brings this row into sight. */
  reveal(index: number): void;
}

export function useRows(scroller: Readonly<Ref<HTMLElement | null>>, count: () => number, height: () => number): Rows {
  const top = ref(0);
  // Until it is known: no list is higher than the window.
  const room = ref(innerHeight);
  const around = ref(0);
  const from = computed(() => Math.max(0, Math.min(Math.floor(top.value / height()), count()) - around.value));
  const to = computed(() => Math.min(count(), Math.ceil((top.value + room.value) / height()) + around.value));

  const measured = new ResizeObserver(([entry]) => (room.value = entry!.contentRect.height));
  const scrolled = ({ currentTarget }: Event): void => {
    around.value = AROUND;
    top.value = (currentTarget as HTMLElement).scrollTop;
  };
  watch(
    scroller,
    (now, before) => {
      before?.removeEventListener("scroll", scrolled);
      measured.disconnect();
      top.value = 0;
      now?.addEventListener("scroll", scrolled, { passive: true });
      if (now) measured.observe(now);
    },
    { flush: "post", immediate: true },
  );
  onBeforeUnmount(() => measured.disconnect());

  function reveal(index: number): void {
    const { value } = scroller;
    if (!value) return;
    const at = index * height();
    value.scrollTop = Math.max(at + height() - room.value, Math.min(value.scrollTop, at));
    top.value = value.scrollTop;
  }

  return { from, to, reveal };
}
