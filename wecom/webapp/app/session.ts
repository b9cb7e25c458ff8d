// Who is signed in, for all of the app's screens.
import { defineStore } from "pinia";
import { ref } from "vue";

import { Refused } from "@/wire/http";
import { signIn, signOut, whoAmI, type Me, type SignedIn } from "@/wire/session";

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

  async function enter(account: string, password: string, device: string): Promise<SignedIn> {
    const begun = await signIn(account, password, device);
    me.value = begun.me;
    asked.value = true;
    return begun;
  }

  /** Ask anew: what one may do has changed. */
  async function again(): Promise<void> {
    me.value = await whoAmI();
  }

  async function leave(): Promise<void> {
    await signOut();
    me.value = null;
  }

  /** The server ended the session: whether there was one to end. */
  function end(): boolean {
    const was = me.value !== null;
    me.value = null;
    return was;
  }

  return { me, begin, enter, again, leave, end };
});
