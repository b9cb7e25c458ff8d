// Every place of the console: where it is, who comes in, how it stands in the navigation.
import type { Component } from "vue";
import ApiIcon from "icon:app";
import BrowseIcon from "icon:browse";
import CalendarIcon from "icon:calendar";
import ChartIcon from "icon:chart-line";
import DashboardIcon from "icon:dashboard";
import DutyIcon from "icon:user-time";
import FactsIcon from "icon:assignment";
import FieldsIcon from "icon:view-list";
import GateIcon from "icon:qrcode";
import HistoryIcon from "icon:history";
import HolidayIcon from "icon:calendar-event";
import ImportIcon from "icon:file-import";
import JoinIcon from "icon:user-add";
import LdapIcon from "icon:relation";
import MachineIcon from "icon:fingerprint";
import PassageIcon from "icon:scan";
import PeopleIcon from "icon:usergroup";
import ReportIcon from "icon:fact-check";
import RobotIcon from "icon:robot";
import RolesIcon from "icon:user-safety";
import RuleIcon from "icon:location";
import SettingIcon from "icon:setting";
import TagIcon from "icon:tag";
import TaskIcon from "icon:task";
import TimeIcon from "icon:time";

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

const ADMIN = ["administrator"] as const;
/** Not who administers: whose health it is about must be able to rely on that. */
const HEALTH = ["health_reader"] as const;
const HR = ["administrator", "hr"] as const;

/** By the sections of the navigation; whoever holds one of a place's roles is shown it. */
export const SECTIONS: readonly { name: string; places: readonly Place[] }[] = [
  {
    name: "",
    places: [
      { name: "overview", path: "/overview", roles: ADMIN, icon: DashboardIcon, screen: () => import("./system/Overview.vue") },
    ],
  },
  {
    name: "directory",
    places: [
      { name: "people", path: "/people", roles: ["administrator", "department_administrator", "hr"], icon: PeopleIcon, screen: () => import("./people/People.vue") },
      { name: "joining", path: "/joining", roles: ["administrator", "hr", "department_administrator"], icon: JoinIcon, screen: () => import("./joining/Joining.vue") },
      { name: "imports", path: "/imports", roles: ["administrator", "hr"], icon: ImportIcon, screen: () => import("./imports/Imports.vue") },
      { name: "tags", path: "/tags", roles: ["administrator", "department_administrator"], icon: TagIcon, screen: () => import("./people/Tags.vue") },
      { name: "attributes", path: "/attributes", roles: ADMIN, icon: FieldsIcon, screen: () => import("./people/Attributes.vue") },
      { name: "visibility", path: "/visibility", roles: ADMIN, icon: BrowseIcon, screen: () => import("./people/Visibility.vue") },
      { name: "ldap", path: "/ldap", roles: ADMIN, icon: LdapIcon, screen: () => import("./ldap/Ldap.vue") },
    ],
  },
  {
    name: "attendance",
    places: [
      { name: "board", path: "/attendance", roles: HR, icon: TimeIcon, screen: () => import("./attendance/Board.vue") },
      { name: "reports", path: "/attendance/reports", roles: HR, icon: ReportIcon, screen: () => import("./attendance/Reports.vue") },
      { name: "plans", path: "/attendance/plans", roles: HR, icon: CalendarIcon, screen: () => import("./attendance/Plans.vue") },
      { name: "duty", path: "/attendance/duty", roles: HR, icon: DutyIcon, screen: () => import("./attendance/Duty.vue") },
      { name: "facts", path: "/attendance/facts", roles: HR, icon: FactsIcon, screen: () => import("./attendance/Facts.vue") },
      { name: "checkinRules", path: "/attendance/rules", roles: HR, icon: RuleIcon, screen: () => import("./attendance/Rules.vue") },
      { name: "holidays", path: "/attendance/holidays", roles: HR, icon: HolidayIcon, screen: () => import("./attendance/Holidays.vue") },
      { name: "machines", path: "/attendance/machines", roles: HR, icon: MachineIcon, screen: () => import("./attendance/Machines.vue") },
    ],
  },
  {
    name: "apps",
    places: [
      { name: "apps", path: "/apps", roles: ADMIN, icon: ApiIcon, screen: () => import("./apps/Apps.vue") },
      { name: "robots", path: "/robots", roles: ADMIN, icon: RobotIcon, screen: () => import("./apps/Robots.vue") },
    ],
  },
  {
    name: "health",
    places: [
      { name: "gates", path: "/health/gates", roles: HEALTH, icon: GateIcon, screen: () => import("./health/Gates.vue") },
      { name: "passages", path: "/health/passages", roles: HEALTH, icon: PassageIcon, screen: () => import("./health/Passages.vue") },
    ],
  },
  {
    name: "security",
    places: [
      { name: "roles", path: "/roles", roles: ["administrator", "auditor"], icon: RolesIcon, screen: () => import("./roles/Roles.vue") },
      { name: "audit", path: "/audit", roles: ["administrator", "auditor"], icon: HistoryIcon, screen: () => import("./audit/Audit.vue") },
    ],
  },
  {
    name: "operation",
    places: [
      { name: "statistics", path: "/statistics", roles: ADMIN, icon: ChartIcon, screen: () => import("./system/Statistics.vue") },
      { name: "jobs", path: "/jobs", roles: ADMIN, icon: TaskIcon, screen: () => import("./system/Jobs.vue") },
      { name: "settings", path: "/settings", roles: ADMIN, icon: SettingIcon, screen: () => import("./system/Settings.vue") },
    ],
  },
];

export const PLACES: readonly Place[] = SECTIONS.flatMap((each) => each.places);
