// Who is signed in, for all of the app's screens. Whoever was, is taken to be still, until the server says otherwise:
// so that the app opens at once, and without a network.
import { defineStore } from "pinia";
import { ref, watch } from "vue";

import { hasSession, Refused, Unreachable } from "@/wire/http";
import { signIn, signOut, whoAmI, type Me, type SignedIn } from "@/wire/session";

import { useChat } from "./stores/chat";

const KEPT = "wecom.account";

function kept(): Me | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null") as Me | null;
  } catch {
    return null;
  }
}

export const useSession = defineStore("session", () => {
  const chat = useChat();
  const me = ref<Me | null>(null);
  let begun: Promise<Me | null> | null = null;

  /** Whoever was signed in here last is taken to be still. */
  const remembers = (): boolean => kept() !== null;

  /** Who is signed in here; null: nobody, as far as is known. */
  async function begin(): Promise<Me | null> {
    if (me.value) return me.value;
    begun ??= first();
    // Where the server could not say, it is asked again the next time.
    if ((await begun) === null) begun = null;
    return me.value;
  }

  async function first(): Promise<Me | null> {
    const remembered = kept();
    if (remembered) return here(remembered);
    if (!hasSession()) return null;
    try {
      return here(await whoAmI());
    } catch (error) {
      if (error instanceof Unreachable || error instanceof Refused) return null;
      throw error;
    }
  }

  function here(who: Me): Me {
    me.value = who;
    localStorage.setItem(KEPT, JSON.stringify(who));
    // Who must choose a password first is let into nothing else.
    if (!who.must_change_password) void chat.start(who);
    return who;
  }

  async function enter(account: string, password: string, device: string): Promise<SignedIn> {
    const begun = await signIn(account, password, device);
    here(begun.me);
    return begun;
  }

  /** Let in by another device. */
  function enteredAs(begun: SignedIn): void {
    here(begun.me);
  }

  /** Ask anew: what one may do has changed. */
  async function again(): Promise<void> {
    here(await whoAmI());
  }

  /** Sign out, and leave nothing on this device. Throws `Unreachable` where the server cannot be told. */
  async function leave(): Promise<void> {
    await signOut();
    forget();
    await chat.stop({ forget: "everything" });
  }

  /** The server ended the session. What is not sent yet waits for whoever returns. */
  async function end(): Promise<void> {
    forget();
    await chat.stop({ forget: "read" });
  }

  function forget(): void {
    me.value = null;
    localStorage.removeItem(KEPT);
  }

  /** Another page signed somebody else in: begin again as they, and keep nothing of who was here. */
  async function anew(): Promise<void> {
    localStorage.removeItem(KEPT);
    await chat.stop({ forget: "read" }).finally(() => location.reload());
  }
  watch(() => chat.replaced, (now) => now && void anew());

  return { me, remembers, begin, enter, enteredAs, again, leave, end };
});
