// The console's screens by their addresses. Every screen is loaded when it is first wanted, and open to the roles of its place.
import { createRouter, createWebHistory } from "vue-router";

import { i18n } from "@/text";
import { Refused, Unreachable } from "@/wire/http";

import { notice } from "./parts/notice";
import { PLACES } from "./places";
import { useSession } from "./session";

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes: [
    { path: "/sign-in", name: "sign-in", component: () => import("./frame/SignIn.vue"), meta: { open: true } },
    { path: "/away", name: "away", component: () => import("./frame/Away.vue"), meta: { open: true } },
    { path: "/password", name: "password", component: () => import("./frame/NewPassword.vue") },
    {
      path: "/",
      component: () => import("./frame/Frame.vue"),
      children: [
        { path: "", name: "home", component: () => import("./frame/Nobody.vue") },
        ...PLACES.map(({ name, path, screen, roles }) => ({ path, name, component: screen as never, meta: { roles } })),
      ],
    },
    { path: "/:rest(.*)*", redirect: { name: "home" } },
  ],
});

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  const session = useSession();
  let me;
  try {
    me = await session.begin();
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    return { name: "away", query: { then: to.fullPath } };
  }
  if (!me) return { name: "sign-in", query: to.fullPath === "/" ? {} : { then: to.fullPath } };
  if (me.must_change_password) return to.name === "password" || { name: "password" };
  if (to.name === "home") {
    const first = PLACES.find((each) => session.holds(each.roles));
    if (first) return { name: first.name };
  }
  const place = PLACES.find((each) => each.name === to.name);
  return !place || session.holds(place.roles) || { name: "home" };
});

// A part that cannot be had now: the page stays where it is, and says so.
router.onError(() => notice(i18n.global.t("frame.failed"), "problem"));
