// The gate's service worker: its page and all that it is made of, so that it opens without a network.
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;
declare const __SHELL__: PrecacheEntry[];

cleanupOutdatedCaches();
precacheAndRoute(__SHELL__);
const shell = createHandlerBoundToURL("/gate/");

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.mode === "navigate" && url.origin === self.location.origin && url.pathname.startsWith("/gate/")) {
    event.respondWith(shell({ event, request: event.request, url }));
  }
});

// The page begins anew by itself as soon as nobody is before it.
self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
