// Ways in. `open`: without being signed in.
import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  { path: "/sign-in", name: "sign-in", component: () => import("./SignIn.vue"), meta: { open: true } },
  { path: "/choose-password", name: "choose-password", component: () => import("./ChoosePassword.vue") },
  { path: "/scan/:ticket?", name: "scan", component: () => import("./Scan.vue") },
];
