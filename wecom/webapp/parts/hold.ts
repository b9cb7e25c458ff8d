// A finger that holds still asks for the menu, as the right button does. iOS tells nobody of it, so it is measured.
import type { Directive } from "vue";

const HOLD = 450;
const held = new WeakMap<HTMLElement, () => void>();

export const vHold: Directive<HTMLElement, (event: Event) => void> = {
  mounted(element, { value }) {
    let timer = 0;
    let from = { x: 0, y: 0 };
    let done = false;
    const stop = () => clearTimeout(timer);
    const down = (event: PointerEvent) => {
      if (event.pointerType === "mouse") return;
      from = { x: event.clientX, y: event.clientY };
      done = false;
      timer = window.setTimeout(() => {
        done = true;
        navigator.vibrate?.(10);
        value(new MouseEvent("contextmenu", { clientX: from.x, clientY: from.y }));
      }, HOLD);
    };
    const move = (event: PointerEvent) => {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > 10) stop();
    };
    // What was held is not also pressed.
    const click = (event: Event) => {
      if (!done) return;
      done = false;
      event.preventDefault();
      event.stopPropagation();
    };
    const menu = (event: Event) => {
      stop();
      if (done) event.preventDefault();
      else value(event);
    };
    const listeners: [string, (event: never) => void, boolean][] = [
      ["pointerdown", down, false], ["pointermove", move, false], ["pointerup", stop, false], ["pointercancel", stop, false],
      ["click", click, true], ["contextmenu", menu, false],
    ];
    for (const [kind, listener, early] of listeners) element.addEventListener(kind, listener as EventListener, early);
    held.set(element, () => {
      stop();
      for (const [kind, listener, early] of listeners) element.removeEventListener(kind, listener as EventListener, early);
    });
  },
  unmounted(element) {
    held.get(element)?.();
  },
};
