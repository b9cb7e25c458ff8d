// The service worker from the page's side: it is registered, a newer version is offered, and what it says is heeded.
import { shallowRef, watch } from "vue";
import type { Router } from "vue-router";

import { KEPT } from "@/service/pushed";
import { i18n } from "@/text";

const LOOK_EVERY = 3_600_000;
/** Who has not looked for so long is not in the middle of anything. */
const IDLE = 300_000;

/** A newer version that waits to take over. */
export const waiting = shallowRef<ServiceWorker | null>(null);
let wished = false;

export function takeOver(): void {
  wished = true;
  waiting.value?.postMessage({ type: "take over" });
}

export async function startService(router: Router): Promise<void> {
  addEventListener("vite:preloadError", reloadOnce);
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener("controllerchange", () => wished && location.reload());
  serviceWorker.addEventListener("message", (event: MessageEvent<{ type?: string; address?: string } | null>) => {
    const address = event.data?.type === "open" ? event.data.address : undefined;
    if (address?.startsWith("/app/")) void router.push(address.slice(4));
  });
  watch(() => i18n.global.locale as unknown as { value: string }, keepLanguage, { immediate: true, deep: true });
  // The first screen comes first: what is kept for later would take the line from it.
  if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  try {
    follow(await serviceWorker.register("/app/sw.js", { scope: "/app/" }), router);
  } catch {
    // Private windows and policies forbid it: the app works, but not without a network.
    return;
  }
  router.afterEach((to) => void closeNotifications(to.path));
}

const RELOADED = "wecom.reloaded";

/** A part of a version that is gone: the page of the new one knows it by another name. Where that was not it, once will do. */
function reloadOnce(): void {
  const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (!navigator.onLine || Date.now() - before < 60_000) return;
  sessionStorage.setItem(RELOADED, `${Date.now()}`);
  location.reload();
}

function keepLanguage(locale: { value: string }): void {
  const said = new Response(locale.value);
  caches.open(KEPT.cache).then((cache) => cache.put(KEPT.address, said)).catch(() => undefined);
}

function follow(registration: ServiceWorkerRegistration, router: Router): void {
  const look = () => {
    // The first one of all has nothing to take over from.
    waiting.value = navigator.serviceWorker.controller ? registration.waiting : null;
  };
  look();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
  setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY);
  let hiddenAt = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt > IDLE) void registration.update().catch(() => undefined);
  });
  setInterval(() => {
    const idle = document.hidden && hiddenAt > 0 && Date.now() - hiddenAt > IDLE;
    if (idle && waiting.value && router.currentRoute.value.name !== "app") takeOver();
  }, 60_000);
}

/** What is read needs no notification. */
async function closeNotifications(path: string): Promise<void> {
  const conversation = /^\/(?:c|messages)\/(\d+)/.exec(path)?.[1];
  if (!conversation) return;
  const registration = await navigator.serviceWorker.getRegistration("/app/");
  for (const each of (await registration?.getNotifications({ tag: `conversation:${conversation}` })) ?? []) each.close();
}
