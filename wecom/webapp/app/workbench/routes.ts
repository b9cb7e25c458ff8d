import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  { path: "workbench", name: "workbench", component: () => import("../frame/NotHere.vue"), meta: { area: "workbench", root: true } },
];
