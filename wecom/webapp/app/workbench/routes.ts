// The company's apps: all of them, and one that is open.
import type { RouteRecordRaw } from "vue-router";

const meta = { area: "workbench" } as const;

export const routes: RouteRecordRaw[] = [
  { path: "workbench", name: "workbench", component: () => import("./Workbench.vue"), meta: { ...meta, root: true } },
  { path: "workbench/:app(\\d+)", name: "app", component: () => import("./AppPane.vue"), meta },
];
