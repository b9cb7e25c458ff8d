// Every place of the console: where it is, who comes in, how it stands in the navigation.
import type { Component } from "vue";
import PeopleIcon from "icon:usergroup";
import RolesIcon from "icon:user-safety";

export type Role =
  | "administrator"
  | "department_administrator"
  | "auditor"
  | "hr"
  | "health_reader"
  | "customer_supervisor";

export interface Place {
  name: string;
  path: string;
  roles: readonly Role[];
  icon: Component;
  screen: () => Promise<unknown>;
}

/** By the sections of the navigation; whoever holds one of a place's roles is shown it. */
export const SECTIONS: readonly { name: string; places: readonly Place[] }[] = [
  {
    name: "directory",
    places: [
      { name: "people", path: "/people", roles: ["administrator", "department_administrator", "hr"], icon: PeopleIcon, screen: () => import("./people/People.vue") },
    ],
  },
  {
    name: "security",
    places: [
      { name: "roles", path: "/roles", roles: ["administrator", "auditor"], icon: RolesIcon, screen: () => import("./roles/Roles.vue") },
    ],
  },
];

export const PLACES: readonly Place[] = SECTIONS.flatMap((each) => each.places);
