// Readings of LDAP, in words.
import { i18n } from "@/text";
import type { components } from "@/wire/api.gen";

import { number, together } from "../parts/format";

export type Run = components["schemas"]["RunView"];

export const MARKS: Record<Run["state"], string> = { waiting: "told", running: "told", done: "good", refused: "warn", failed: "bad", lost: "bad" };

export function moving(run: Run): boolean {
  return run.state === "waiting" || run.state === "running";
}

interface Facts {
  guard?: string;
  allow?: number;
  because?: string;
  what?: string;
}

export const factsOf = (run: Run): Facts => run.refusal_facts as Facts;

/** What a guard refuses. */
export function guarded(run: Run): string {
  const { t, te } = i18n.global;
  const { guard = "", what = "" } = factsOf(run);
  const key = guard.startsWith("lost_") ? "ldap.guard_lost" : `ldap.guard_${guard}`;
  const field = te(`people.${what}`) ? t(`people.${what}`) : te(`ldap.lost_${what}`) ? t(`ldap.lost_${what}`) : what;
  return te(key) ? t(key, { ...run.refusal_facts, what: field }) : run.refusal;
}

/** Why it came to nothing: our words for it, and the server's own where these say more. */
export function why(run: Run): string {
  const { t, te } = i18n.global;
  const key = `refusals.${factsOf(run).because}`;
  return te(key) ? `${t(key)} (${run.says})` : run.says;
}

/** What a reading did, or would do, in numbers. */
export function counted(run: Run): string {
  const { t, te } = i18n.global;
  const words = Object.entries(run.counts).filter(([, n]) => n);
  return together(words.map(([name, n]) => `${te(`ldapCounts.${name}`) ? t(`ldapCounts.${name}`) : name.replaceAll("_", " ")}: ${number(n)}`));
}
