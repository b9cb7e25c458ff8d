// One's own screens: the list of them beside each on a desktop.
import type { Component } from "vue";
import type { RouteRecordRaw } from "vue-router";

const list = () => import("./MeList.vue");
const meta = { area: "me" } as const;

function screen(name: string, load: () => Promise<Component>): RouteRecordRaw {
  return { path: `me/${name}`, name: `me-${name}`, components: { list, default: load }, meta };
}

export const routes: RouteRecordRaw[] = [
  { path: "me", name: "me", components: { list, default: () => import("./Profile.vue") }, meta: { ...meta, root: true } },
  screen("profile", () => import("./Profile.vue")),
  screen("general", () => import("./General.vue")),
  screen("notifications", () => import("./Notifications.vue")),
  screen("devices", () => import("./Devices.vue")),
  screen("password", () => import("./Password.vue")),
  screen("consents", () => import("./Consents.vue")),
  screen("storage", () => import("./Storage.vue")),
  screen("about", () => import("./About.vue")),
];
