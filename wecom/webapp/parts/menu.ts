// A list of acts beside what they are about (right click, or the context-menu key); from below where a finger held.
import { shallowRef, type Component } from "vue";

export interface Act {
  label: string;
  icon?: Component;
  danger?: boolean;
  does: () => unknown;
}

export interface OpenMenu {
  title: string;
  acts: Act[];
  x: number;
  y: number;
  from: HTMLElement | null;
}

export const menu = shallowRef<OpenMenu | null>(null);

/** Open where the event happened; at the element itself when it came from the keyboard. */
export function openMenu(event: Event, title: string, acts: Act[]): void {
  event.preventDefault();
  const from = (event.currentTarget ?? event.target) as HTMLElement;
  const box = from.getBoundingClientRect();
  const pointed = event instanceof MouseEvent && (event.clientX > 0 || event.clientY > 0);
  menu.value = {
    title,
    acts,
    x: pointed ? event.clientX : box.left + Math.min(24, box.width / 2),
    y: pointed ? event.clientY : box.bottom,
    from: document.activeElement instanceof HTMLElement ? document.activeElement : from,
  };
}
