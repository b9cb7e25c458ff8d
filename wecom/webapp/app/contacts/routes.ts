// The directory: its departments beside who is in them, and who somebody is beside that.
import type { RouteRecordRaw } from "vue-router";

const list = () => import("./ContactsList.vue");
const person = () => import("./MemberPane.vue");
const people = () => import("./DepartmentPane.vue");
const meta = { area: "contacts" } as const;

export const routes: RouteRecordRaw[] = [
  { path: "contacts", name: "contacts", components: { list, default: () => import("./Nobody.vue") }, meta: { ...meta, root: true } },
  { path: "contacts/d/:department(\\d+)", name: "department", components: { list, default: people }, meta },
  {
    path: "contacts/d/:department(\\d+)/m/:member(\\d+)",
    name: "department-member",
    components: { list, default: people, details: person },
    meta,
  },
  { path: "contacts/m/:member(\\d+)", name: "member", components: { list, default: person }, meta },
  { path: "contacts/groups", name: "groups", components: { list, default: () => import("./GroupsPane.vue") }, meta },
  { path: "contacts/tags/:tag(\\d+)", name: "tag", components: { list, default: () => import("./TagPane.vue") }, meta },
];
