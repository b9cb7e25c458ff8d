import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  { path: "contacts", name: "contacts", component: () => import("../frame/NotHere.vue"), meta: { area: "contacts", root: true } },
];
