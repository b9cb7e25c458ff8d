// The employee app's screens by their addresses. Every screen but the first is loaded when it is first wanted.
import { createRouter, createWebHistory, type RouteLocationRaw } from "vue-router";

import { onSignedOut } from "@/wire/http";

import { routes as checkins } from "./checkins/routes";
import { routes as codes } from "./codes/routes";
import { routes as contacts } from "./contacts/routes";
import { routes as enter } from "./enter/routes";
import { ticketIn } from "./enter/scanned";
import Frame from "./Frame.vue";
import { routes as me } from "./me/routes";
import { routes as messages } from "./messages/routes";
import { closeNotifications } from "./notifications";
import { useSession } from "./session";
import { routes as workbench } from "./workbench/routes";

declare module "vue-router" {
  interface RouteMeta {
    /** Seen by whoever has not signed in. */
    open?: boolean;
    /** The area whose place in the bar is marked. */
    area?: "messages" | "contacts" | "workbench" | "me";
    /** The first screen of an area: a phone shows its list, and the bar. */
    root?: boolean;
    /** False: the bar has no place on this first screen. */
    bar?: boolean;
  }
}

export const router = createRouter({
  history: createWebHistory("/app/"),
  routes: [
    ...enter,
    {
      path: "/",
      component: Frame,
      children: [
        { path: "", name: "home", redirect: first },
        ...messages,
        ...contacts,
        ...workbench,
        ...checkins,
        ...codes,
        ...me,
        { path: ":rest(.*)*", name: "not-here", component: () => import("./frame/NotHere.vue") },
      ],
    },
  ],
});

/** A telephone's own camera comes here with what it read. */
function first({ hash }: { hash: string }): RouteLocationRaw {
  const ticket = ticketIn(hash);
  return ticket ? { name: "scan", params: { ticket }, hash: "" } : { name: "messages" };
}

router.beforeEach(async (to) => {
  const session = useSession();
  // Who is signed in signs out first: two accounts of one browser would speak for each other.
  if (to.name === "sign-in" && session.remembers() && to.query.ended === undefined) return onward(to.query.then);
  if (to.meta.open) return true;
  const me = await session.begin();
  if (me?.must_change_password && to.name !== "choose-password") return { name: "choose-password" };
  return me ? true : { name: "sign-in", query: to.fullPath === "/" ? {} : { then: to.fullPath } };
});

onSignedOut(async () => {
  const session = useSession();
  if (!session.me) return;
  const then = router.currentRoute.value.fullPath;
  await Promise.allSettled([session.end(), closeNotifications()]);
  leaveFor({ name: "sign-in", query: { ended: "", ...(then === "/" ? {} : { then }) } });
});

/** In a page of its own: nothing of who was here stays in this one's memory for whoever comes next. */
export function leaveFor(to: RouteLocationRaw): void {
  location.replace(router.resolve(to).href);
}

/** Only to an address of ours, whatever the link says. */
export function onward(then: unknown): string {
  return typeof then === "string" && /^\/(?![/\\])/.test(then) ? then : "/";
}
