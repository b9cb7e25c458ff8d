// Readings of LDAP, in words.
import { i18n } from "@/text";
import type { components } from "@/wire/api.gen";

import { number, together } from "../parts/format";

export type Run = components["schemas"]["RunView"];

export const MARKS: Record<Run["state"], string> = { waiting: "told", running: "told", done: "good", refused: "warn", failed: "bad", lost: "bad" };

export function moving(run: Run): boolean {
  return run.state === "waiting" || run.state === "running";
}

/** What a reading did, or would do, in numbers. */
export function counted(run: Run): string {
  const { t, te } = i18n.global;
  const words = Object.entries(run.counts).filter(([, n]) => n);
  return together(words.map(([name, n]) => `${te(`ldapCounts.${name}`) ? t(`ldapCounts.${name}`) : name.replaceAll("_", " ")}: ${number(n)}`));
}
