// Zooming into a picture and moving it about, by pointer, wheel and keys.
import { computed, onBeforeUnmount, ref, watch, type ComputedRef, type Ref } from "vue";

const LARGEST = 8;
const SWIPE = 60;

interface Ways {
  next: () => void;
  before: () => void;
  close: () => void;
}

interface Zoom {
  scale: Ref<number>;
  style: ComputedRef<{ transform: string; cursor: string }>;
  larger: () => void;
  smaller: () => void;
  reset: () => void;
}

export function useZoom(stage: () => HTMLElement | null, ways: Ways): Zoom {
  const scale = ref(1);
  const x = ref(0);
  const y = ref(0);
  const fingers = new Map<number, { x: number; y: number }>();
  let apart = 0;
  let from = { x: 0, y: 0 };

  /** To another size, with the point at (`cx`, `cy`) from the middle where it was. */
  function to(size: number, cx = 0, cy = 0): void {
    const now = Math.max(1, Math.min(LARGEST, size));
    x.value = now === 1 ? 0 : cx - ((cx - x.value) * now) / scale.value;
    y.value = now === 1 ? 0 : cy - ((cy - y.value) * now) / scale.value;
    scale.value = now;
  }

  function middle(event: { clientX: number; clientY: number }): [number, number] {
    const box = stage()!.getBoundingClientRect();
    return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  }

  const distance = (): number => {
    const [one, other] = [...fingers.values()];
    return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  };

  const listeners: Record<string, (event: never) => void> = {
    wheel(event: WheelEvent) {
      event.preventDefault();
      to(scale.value * 1.002 ** -event.deltaY, ...middle(event));
    },
    dblclick(event: MouseEvent) {
      to(scale.value > 1 ? 1 : 2.5, ...middle(event));
    },
    pointerdown(event: PointerEvent) {
      if ((event.target as HTMLElement).tagName === "IMG") stage()?.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      from = { x: event.clientX, y: event.clientY };
      apart = distance();
    },
    pointermove(event: PointerEvent) {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (fingers.size === 2) {
        const now = distance();
        const [one, other] = [...fingers.values()] as [{ x: number; y: number }, { x: number; y: number }];
        if (apart) to((scale.value * now) / apart, ...middle({ clientX: (one.x + other.x) / 2, clientY: (one.y + other.y) / 2 }));
        apart = now;
      } else if (scale.value > 1) {
        x.value += event.clientX - before.x;
        y.value += event.clientY - before.y;
      }
    },
    pointerup(event: PointerEvent) {
      const alone = fingers.size === 1;
      fingers.delete(event.pointerId);
      apart = 0;
      if (!alone || scale.value > 1) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (Math.abs(dx) > SWIPE && Math.abs(dx) > Math.abs(dy)) (dx < 0 ? ways.next : ways.before)();
      else if (dy > SWIPE * 1.5) ways.close();
    },
    pointercancel(event: PointerEvent) {
      fingers.delete(event.pointerId);
    },
  };

  let heard: HTMLElement | null = null;
  watch(stage, (element) => {
    if (!element || heard) return;
    heard = element;
    for (const [kind, listener] of Object.entries(listeners)) element.addEventListener(kind, listener as EventListener, { passive: false });
  }, { flush: "post", immediate: true });
  onBeforeUnmount(() => {
    for (const [kind, listener] of Object.entries(listeners)) heard?.removeEventListener(kind, listener as EventListener);
  });

  return {
    scale,
    style: computed(() => ({ transform: `translate(${x.value}px, ${y.value}px) scale(${scale.value})`, cursor: scale.value > 1 ? "grab" : "zoom-in" })),
    larger: () => to(scale.value * 1.5),
    smaller: () => to(scale.value / 1.5),
    reset: () => to(1),
  };
}
