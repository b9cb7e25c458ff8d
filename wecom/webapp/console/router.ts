// The console's screens by their addresses. Every screen is loaded when it is first wanted, and open to the roles of its place.
import { createRouter, createWebHistory } from "vue-router";

import { PLACES } from "./places";
import { useSession } from "./session";

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes: [
    { path: "/sign-in", name: "sign-in", component: () => import("./frame/SignIn.vue"), meta: { open: true } },
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
  const me = await session.begin();
  if (!me) return { name: "sign-in", query: to.fullPath === "/" ? {} : { then: to.fullPath } };
  if (me.must_change_password) return to.name === "password" || { name: "password" };
  if (to.name === "home") {
    const first = PLACES.find((each) => session.holds(each.roles));
    if (first) return { name: first.name };
  }
  const place = PLACES.find((each) => each.name === to.name);
  return !place || session.holds(place.roles) || { name: "home" };
});
