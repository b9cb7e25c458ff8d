// A picture that is on its way up, as this device has it: shown until the server's own is there.
import { onScopeDispose, ref, watch, type Ref } from "vue";

import { useChat } from "../../stores/chat";

/** Its address in this page; empty where there is none. It stays while whoever asked does. */
export function useOwnPicture(clientId: () => string): Ref<string> {
  const chat = useChat();
  const address = ref("");

  function forget(): void {
    if (address.value) URL.revokeObjectURL(address.value);
    address.value = "";
  }

  watch(
    clientId,
    async (id) => {
      // Once it is sent, what is drawn stays until the one from the server can take its place.
      if (!id) return;
      const file = await chat.fileOf(id);
      if (!file || id !== clientId()) return;
      forget();
      address.value = URL.createObjectURL(file);
    },
    { immediate: true },
  );
  onScopeDispose(forget);
  return address;
}
