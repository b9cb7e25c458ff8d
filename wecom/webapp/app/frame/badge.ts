// Where one is, and how much waits to be read: in the page's title, and on the app's icon.
import { onScopeDispose, watch } from "vue";

import { titled } from "@/parts/title";

import { useChat } from "../stores/chat";

const PRODUCT = "wecom";

export function useBadge(): void {
  const chat = useChat();

  function name(screen: string, count: number): void {
    const whole = screen ? `${screen} · ${PRODUCT}` : PRODUCT;
    document.title = count ? `(${count > 99 ? "99+" : count}) ${whole}` : whole;
  }

  function mark(count: number): void {
    const shown = count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
    // Where it is not installed there is no icon, and nothing to tell.
    shown?.catch(() => undefined);
  }

  watch([titled, () => chat.badge], ([screen, count]) => name(screen, count), { immediate: true });
  watch(() => chat.badge, mark, { immediate: true });
  onScopeDispose(() => {
    name("", 0);
    mark(0);
  });
}
