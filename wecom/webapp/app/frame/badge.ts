// How much waits to be read, where it is seen without looking: in the page's title and on the app's icon.
import { onScopeDispose, watch } from "vue";

import { useChat } from "../stores/chat";

export function useBadge(): void {
  const chat = useChat();
  const plain = document.title.replace(/^\(\d+\+?\) /u, "");

  function show(count: number): void {
    document.title = count ? `(${count > 99 ? "99+" : count}) ${plain}` : plain;
    const shown = count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
    // Where it is not installed there is no icon, and nothing to tell.
    shown?.catch(() => undefined);
  }

  watch(() => chat.badge, show, { immediate: true });
  onScopeDispose(() => show(0));
}
