// The console's words, one file for each of its areas.
import common from "./common";
import acts from "./console-acts";
import apps from "./console-apps";
import attendance from "./console-attendance";
import audit from "./console-audit";
import frame from "./console-frame";
import gates from "./console-gates";
import imports from "./console-imports";
import joining from "./console-joining";
import ldapCounts from "./console-ldap-counts";
import ldap from "./console-ldap";
import limits from "./console-limits";
import people from "./console-people";
import personnel from "./console-personnel";
import refusals from "./console-refusals";
import roles from "./console-roles";
import checkinRule from "./console-rule";
import settings from "./console-settings";
import summaries from "./console-summaries";
import system from "./console-system";
import unfit from "./console-unfit";
import work from "./console-work";

export default { common, acts, apps, attendance, audit, checkinRule, frame, gates, imports, joining, ldapCounts, ldap, limits, people, personnel, refusals, roles, settings, summaries, system, unfit, work };
