// The service worker from the page's side: it is registered, a newer version is offered, and what it says is heeded.
import { ref, watch } from "vue";
import type { Router } from "vue-router";

import { KEPT } from "@/service/pushed";
import { i18n } from "@/text";

import { closeNotifications } from "./notifications";

const FIRST_SCREEN = 1_500;
const LOOK_EVERY = 3_600_000;
/** Who has not looked for so long is not in the middle of anything. */
const IDLE = 300_000;

/** A newer version is here: it waits to take over, or another page has let it. */
export const newer = ref(false);
let waiting: ServiceWorker | null = null;
let wished = false;

export function takeOver(): void {
  if (waiting?.state !== "installed") return location.reload();
  wished = true;
  waiting.postMessage({ type: "take over" });
}

export async function startService(router: Router): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  let controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (wished) location.reload();
    // The first one of all has nothing to take over from.
    newer.value ||= controlled;
    controlled = true;
  });
  serviceWorker.addEventListener("message", (event: MessageEvent<{ type?: string; address?: string } | null>) => {
    const address = event.data?.type === "open" ? event.data.address : undefined;
    if (address?.startsWith("/app/")) void router.push(address.slice(4));
  });
  watch(() => i18n.global.locale as unknown as { value: string }, keepLanguage, { immediate: true, deep: true });
  // The first screen comes first: what is kept for later would take the line, and the processor, from it.
  if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  await new Promise((resolve) => setTimeout(resolve, FIRST_SCREEN));
  const registration = await registered();
  if (!registration) return;
  follow(registration, router);
  const readNow = (path: string): void => {
    const conversation = /^\/(?:c|messages)\/(\d+)/.exec(path)?.[1];
    if (conversation) void closeNotifications(conversation);
  };
  readNow(router.currentRoute.value.path);
  router.afterEach((to) => readNow(to.path));
}

/** Null where private windows and policies forbid it: the app works, but not without a network. */
async function registered(): Promise<ServiceWorkerRegistration | null> {
  for (;;) {
    try {
      return await navigator.serviceWorker.register("/app/sw.js", { scope: "/app/" });
    } catch (error) {
      if (!(error instanceof TypeError)) return null;
      // Its script could not be had, as when the network has just gone: when it is back is soon enough.
      await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
    }
  }
}

function keepLanguage(locale: { value: string }): void {
  const said = new Response(locale.value);
  caches.open(KEPT.cache).then((cache) => cache.put(KEPT.address, said)).catch(() => undefined);
}

function follow(registration: ServiceWorkerRegistration, router: Router): void {
  const look = () => {
    if (!navigator.serviceWorker.controller || !registration.waiting) return;
    waiting = registration.waiting;
    newer.value = true;
  };
  look();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
  const ask = () => void (navigator.onLine && registration.update().catch(() => undefined));
  setInterval(ask, LOOK_EVERY);
  let hiddenAt = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt > IDLE) ask();
  });
  setInterval(() => {
    const idle = document.hidden && hiddenAt > 0 && Date.now() - hiddenAt > IDLE;
    if (idle && newer.value && router.currentRoute.value.name !== "app") takeOver();
  }, 60_000);
}
