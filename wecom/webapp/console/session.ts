// Who is signed in to the console, and what their roles open.
import { defineStore } from "pinia";
import { computed, ref } from "vue";

import { answer, api, hasSession, holdSession, onSignedOut, Refused } from "@/wire/http";
import { signIn, signOut, whoAmI, type Me } from "@/wire/session";

import type { Role } from "./places";

export const useSession = defineStore("session", () => {
  const me = ref<Me | null>(null);
  const company = ref("");
  const asked = ref(false);
  const roles = computed(() => new Set((me.value?.roles ?? []) as Role[]));

  onSignedOut(() => (me.value = null));

  /** Ask the server, once. Throws `Unreachable` when it cannot be asked. */
  async function begin(): Promise<Me | null> {
    if (!asked.value && hasSession()) {
      try {
        entered(await whoAmI());
      } catch (error) {
        if (!(error instanceof Refused && error.status === 401)) throw error;
      }
      asked.value = true;
    }
    return me.value;
  }

  async function enter(account: string, password: string, device: string): Promise<void> {
    entered((await signIn(account, password, device)).me);
    asked.value = true;
  }

  async function changePassword(old_password: string, new_password: string): Promise<void> {
    await answer(api.PUT("/api/me/password", { body: { old_password, new_password } }));
    entered(await whoAmI());
  }

  /** Ends in a page of its own: nothing of what one of them saw is left to the next. */
  async function leave(): Promise<void> {
    await signOut();
    location.replace("/console/sign-in");
  }

  function holds(some: readonly Role[]): boolean {
    return some.some((each) => roles.value.has(each));
  }

  function entered(who: Me): void {
    // Another page of this browser may sign somebody else in: nothing is done here in their name.
    holdSession(who.id, () => location.replace("/console/"));
    me.value = who;
  }

  return { me, company, roles, begin, enter, changePassword, leave, holds };
});
