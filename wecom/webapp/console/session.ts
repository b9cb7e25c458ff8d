// Who is signed in, for all of the app's screens.
import { defineStore } from "pinia";
import { ref } from "vue";

import { Refused } from "@/wire/http";
import { signIn, signOut, whoAmI, type Me } from "@/wire/session";

export const useSession = defineStore("session", () => {
  const me = ref<Me | null>(null);
  const asked = ref(false);

  /** Ask the server, once. Throws `Unreachable` when it cannot be asked. */
  async function begin(): Promise<Me | null> {
    if (!asked.value) {
      try {
        me.value = await whoAmI();
      } catch (error) {
        if (!(error instanceof Refused && error.status === 401)) throw error;
      }
      asked.value = true;
    }
    return me.value;
  }

  async function enter(account: string, password: string, device: string): Promise<void> {
    me.value = (await signIn(account, password, device)).me;
    asked.value = true;
  }

  async function leave(): Promise<void> {
    await signOut();
    me.value = null;
  }

  return { me, begin, enter, leave };
});
