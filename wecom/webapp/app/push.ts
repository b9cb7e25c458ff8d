// Whether pushes reach this device, and turning them on and off. The browser is asked only when somebody wishes it.
import { ref } from "vue";

import * as wire from "@/wire/push";

import { isInstalled, isIos } from "./me/install";

/** `install`: only the installed app may. `none`: this browser cannot. */
export type Reach = "unknown" | "none" | "insecure" | "install" | "denied" | "off" | "on";

export const reach = ref<Reach>("unknown");
/** For whom this browser was subscribed. */
const KEPT = "wecom.push";

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const said = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(said, (each) => each.charCodeAt(0));
}

function hasKey(subscription: PushSubscription, key: Uint8Array): boolean {
  const own = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return own.length === key.length && own.every((each, index) => each === key[index]);
}

async function manager(): Promise<PushManager | null> {
  const registration = await navigator.serviceWorker.getRegistration("/app/");
  return registration?.pushManager ?? null;
}

function impossible(): Reach | null {
  if (!isSecureContext) return "insecure";
  if (isIos && !isInstalled) return "install";
  if (!("serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis)) return "none";
  return Notification.permission === "denied" ? "denied" : null;
}

/** Look how it stands, and mend what came apart: another key, another address, a session that is new. */
export async function heal(memberId: number): Promise<void> {
  const cannot = impossible();
  if (cannot) return void (reach.value = cannot);
  const subscription = await (await manager())?.getSubscription();
  if (!subscription || Notification.permission !== "granted") return void (reach.value = "off");
  if (localStorage.getItem(KEPT) !== `${memberId}`) {
    // Somebody else's, who did not sign out here.
    await subscription.unsubscribe();
    return void (reach.value = "off");
  }
  reach.value = "on";
  const [key, known] = await Promise.all([wire.pushKey(), wire.subscriptions()]);
  if (!hasKey(subscription, bytes(key))) {
    await subscription.unsubscribe();
    await subscribe(memberId);
  } else if (!known.some((each) => each.here)) await wire.subscribe(subscription);
}

async function subscribe(memberId: number): Promise<void> {
  const own = await navigator.serviceWorker.ready;
  const applicationServerKey = bytes(await wire.pushKey());
  const before = await own.pushManager.getSubscription();
  if (before && !hasKey(before, applicationServerKey)) await before.unsubscribe();
  const subscription = await own.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  await wire.subscribe(subscription);
  localStorage.setItem(KEPT, `${memberId}`);
}

/** By an act of the member's: the browser asks them then. */
export async function turnOn(memberId: number): Promise<void> {
  const said = await Notification.requestPermission();
  if (said !== "granted") return void (reach.value = said === "denied" ? "denied" : "off");
  await subscribe(memberId);
  reach.value = "on";
}

export async function turnOff(): Promise<void> {
  for (const each of await wire.subscriptions()) if (each.here) await wire.unsubscribe(each.id);
  await letGo();
  reach.value = impossible() ?? "off";
}

/** Signed out: the server has forgotten the subscription with the session. */
export async function letGo(): Promise<void> {
  localStorage.removeItem(KEPT);
  if (!("serviceWorker" in navigator)) return;
  await (await (await manager())?.getSubscription())?.unsubscribe();
}
