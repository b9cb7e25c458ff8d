// Why a line, or a whole table, cannot be used: our words for it where this language has some, else the server's.
import { i18n } from "@/text";
import type { components } from "@/wire/api.gen";

type Import = components["schemas"]["ImportView"];

/** Of a line, with the cell or part that it is about. */
export function why(refusal: components["schemas"]["RowRefusalView"]): string {
  const { t, te } = i18n.global;
  const key = `refusals.${refusal.error}`;
  if (!te(key)) return refusal.message;
  const { about } = refusal;
  return about ? `${te(`people.${about}`) ? t(`people.${about}`) : about}: ${t(key)}` : t(key);
}

/** What the server says more exactly of a table that it cannot read: which file, which line, which column. */
const EXACT = new Set(["UnreadableTable", "UnreadableWorkbook"]);

/** Of the whole table; one that has to be looked at anew is not refused, and has no name for that. */
export function whyWhole(found: Pick<Import, "state" | "refusal" | "message">): string {
  const { t, te } = i18n.global;
  const name = found.state === "ready" && found.message ? "RosterOutdated" : found.refusal;
  const key = `refusals.${name}`;
  if (!te(key)) return found.message;
  return EXACT.has(name) ? `${t(key)} (${found.message})` : t(key);
}
