// The console's screens by their addresses. Every screen but the first is loaded when it is first wanted.
import { createRouter, createWebHistory } from "vue-router";

import { useSession } from "./session";

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes: [
    { path: "/sign-in", name: "sign-in", component: () => import("./screens/SignIn.vue"), meta: { open: true } },
    { path: "/", name: "home", component: () => import("./screens/Home.vue") },
    { path: "/:rest(.*)*", redirect: { name: "home" } },
  ],
});

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  const me = await useSession().begin();
  return me ? true : { name: "sign-in", query: to.fullPath === "/" ? {} : { then: to.fullPath } };
});
