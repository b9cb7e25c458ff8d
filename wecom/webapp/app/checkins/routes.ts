// Checking in, and the days behind.
import type { RouteRecordRaw } from "vue-router";

const meta = { area: "workbench" } as const;

export const routes: RouteRecordRaw[] = [
  { path: "checkins", name: "checkins", component: () => import("./CheckIn.vue"), meta },
  { path: "checkins/history/:month(20\\d\\d-\\d\\d)?", name: "checkin-history", component: () => import("./History.vue"), meta },
];
