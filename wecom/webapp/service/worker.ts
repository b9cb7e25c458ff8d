// The service worker: the employee app from its store, so that it opens without a network; and what is pushed.
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";

import { clicked, pushed, resubscribed } from "./pushed";

declare const self: ServiceWorkerGlobalScope;
declare const __SHELL__: PrecacheEntry[];

cleanupOutdatedCaches();
precacheAndRoute(__SHELL__);
const shell = createHandlerBoundToURL("/app/");

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.mode === "navigate" && url.origin === self.location.origin && url.pathname.startsWith("/app/")) {
    event.respondWith(shell({ event, request: event.request, url }));
  }
});

// A new version waits until every page of the old one is closed, or somebody wishes for it.
self.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "take over") void self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(pushed(self, event.data)));
self.addEventListener("notificationclick", (event) => event.waitUntil(clicked(self, event.notification)));
self.addEventListener("pushsubscriptionchange", (event) => (event as ExtendableEvent).waitUntil(resubscribed(self, event)));
