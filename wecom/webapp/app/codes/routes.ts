// One's own health codes.
import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  { path: "health/code/:policy(\\d+)?", name: "health-code", component: () => import("./HealthCode.vue"), meta: { area: "workbench" } },
];
