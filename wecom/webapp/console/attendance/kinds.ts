// What the screens about check-ins share: what the server tells of them, and how times and lengths are written.
import { i18n } from "@/text";
import type { components } from "@/wire/api.gen";

type Schemas = components["schemas"];
export type Rule = Schemas["CheckinRule-Output"];
export type Listed = Schemas["ListedRule"];
export type Version = Schemas["RuleVersionView"];
export type Slot = Rule["weeks"][number]["timetable"]["slots"][number];
export type Timetable = Rule["weeks"][number]["timetable"];
export type Day = Schemas["AttendanceDay"];
export type Point = Schemas["AttendancePoint"];
export type Stands = Schemas["OnBoard"]["stands"];

export const DAY = 86_400;

/** 32400 is 09:00, and so is 118800 of the day after. */
export function timeOf(seconds: number): string {
  const within = ((seconds % DAY) + DAY) % DAY;
  return `${String(Math.floor(within / 3600)).padStart(2, "0")}:${String(Math.floor((within % 3600) / 60)).padStart(2, "0")}`;
}

/** Seconds after midnight; none where it is no time. */
export function secondsOf(time: string): number | null {
  const found = /^(\d\d):(\d\d)/.exec(time);
  return found ? Number(found[1]) * 3600 + Number(found[2]) * 60 : null;
}

/** An end that is not after its beginning is of the day after. */
export function after(start: number, end: number): number {
  const found = nearest(end, start, "after");
  return found === start ? found + DAY : found;
}

/** Of the moments at which the clock shows that: the last one until `near`, or the first from it on. */
export function nearest(time: number, near: number, way: "before" | "after"): number {
  const apart = (way === "after" ? time - near : near - time) % DAY;
  return way === "after" ? near + ((apart + DAY) % DAY) : near - ((apart + DAY) % DAY);
}

/** Pauses and windows go with their slot, where its times are others now. */
export function anchored(slot: Slot): Slot {
  const { start, end } = slot;
  const to = (time: number | null, near: number, way: "before" | "after") => (time === null ? null : nearest(time, near, way));
  const rests = slot.rests
    .map((rest) => ({ start: nearest(rest.start, start, "after"), end: nearest(rest.end, start, "after") }))
    .filter((rest) => rest.end <= end);
  return {
    ...slot,
    rests,
    earliest_start: to(slot.earliest_start, start, "before"),
    latest_start: to(slot.latest_start, start, "after"),
    earliest_end: to(slot.earliest_end, end, "before"),
    latest_end: to(slot.latest_end, end, "after"),
  };
}

export function timesOf(slots: readonly { start: number; end: number }[]): string {
  return slots.map(({ start, end }) => `${timeOf(start)}–${timeOf(end)}${end > DAY ? i18n.global.t("attendance.dayAfter") : ""}`).join(" · ");
}

/** Hours with at most two digits. */
export function hours(seconds: number): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: 2 }).format(seconds / 3600);
}

export function minutes(seconds: number): number {
  return Math.floor(seconds / 60);
}

/** What the clock showed in that zone. */
export function clock(iso: string | null, zone: string): string {
  return iso ? new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(new Date(iso)) : "";
}

/** From when to when, as that zone's clocks and calendars show it. */
export function stretch(from: string, to: string, zone: string): string {
  const shown = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone } as const;
  return new Intl.DateTimeFormat(language(), shown).formatRange(new Date(from), new Date(to));
}

/** A calendar's day, whatever zone the reader is in. */
export function dated(day: string, weekday = true): string {
  const options = { month: "2-digit", day: "2-digit", timeZone: "UTC", ...(weekday && { weekday: "short" as const }) } as const;
  return new Intl.DateTimeFormat(language(), options).format(new Date(`${day}T00:00:00Z`));
}

/** With its year. */
export function fully(day: string, dateStyle: "medium" | "full" = "medium"): string {
  return new Intl.DateTimeFormat(language(), { dateStyle, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** Sunday is 0. */
export function weekdayName(day: number): string {
  return new Intl.DateTimeFormat(language(), { weekday: "short", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 7 + day)));
}

export function dayAfter(day: string, by: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + by);
  return at.toISOString().slice(0, 10);
}

/** From one to another, both as 2026-01-31 09:00; whole days without their midnights. */
export function between(from: string, to: string): string[] {
  if (![from, to].every((each) => each.endsWith(" 00:00"))) return [from, `– ${to}`];
  const [first, last] = [from.slice(0, 10), dayAfter(to.slice(0, 10), -1)];
  return first === last ? [first] : [first, `– ${last}`];
}

/** Every day of a month: 2026-01. */
export function daysOf(month: string): string[] {
  const [year, number] = month.split("-").map(Number) as [number, number];
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: count }, (_, n) => `${month}-${String(n + 1).padStart(2, "0")}`);
}

/** Today where the reader is: what a screen begins with. */
export function today(): string {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}

export function plainSlot(id: number): Slot {
  return {
    id, start: 9 * 3600, end: 18 * 3600, earliest_start: null, latest_start: null, earliest_end: null, latest_end: null,
    needs_start: true, needs_end: true, rests: [], remind_start: 600, remind_end: 0,
  };
}

export function plainTimetable(): Timetable {
  return {
    slots: [plainSlot(1)], flexible: true, late_grace: 0, early_grace: 0, band_early: 0, band_late: 0, leaving_late_counts: true,
    late_leaves: [], ahead: null, after: null, absent_if_late: null, absent_if_early: null,
  };
}

function plainOvertime(): Rule["overtime"]["workday"] {
  return {
    allowed: false, basis: "overlap", start_after: 1800, minimum: 1800, maximum: 14_400, rests: { windows: [], tiers: [] },
    becomes: null, ratio: 100, into_balance: false, stretch: 0,
  };
}

/** What a new rule begins with: nine to six from Monday to Friday. */
export function plainRule(kind: Rule["kind"], zone: string): Rule {
  const weeks = [{ weekdays: [1, 2, 3, 4, 5], timetable: { ...plainTimetable(), slots: kind === "free" ? [] : [plainSlot(1)] }, fortnightly: false, odd_weekdays: [], even_weekdays: [] }];
  return {
    kind, name: "", zone, covered: { members: [], departments: [], tags: [] }, exempt: [], reporters: { members: [], tags: [] }, summaries: { daily: true, weekly: true, monthly: true, at: 32_400, leaders: false }, means: "phone",
    weeks: kind === "shift" ? [] : weeks, shifts: kind === "shift" ? [{ id: 0, name: "", timetable: plainTimetable() }] : [],
    free: { apart: 0, standard: kind === "free" ? 8 * 3600 : null, needs_end: true }, worked_days: [], days_off: [], holidays: true, country: "CN", day_turns: 14_400,
    places: [], wifi: [], networks: [], out_of_range: "flag", needs_photo: false, album: true, face: false, liveness: false, on_rest_days: true,
    make_ups: { on_rest_days: false, a_month: null, within_days: null, until_next_month: null, not_for: [], reminds: false, remind_day: 28, remind_next_month: false },
    overtime: { workday: plainOvertime(), restday: plainOvertime(), holiday: plainOvertime(), unit: { unit: "hour", a_day: 28_800, rounding: "down", decimals: 1, step: 0 } },
    outside_counts: false, approval_punches: false, method: 0,
  };
}

/** All timetables of a rule. */
export function timetables(rule: Rule): Timetable[] {
  return [...rule.weeks.map((each) => each.timetable), ...rule.shifts.map((each) => each.timetable)];
}

function language(): string {
  return (i18n.global.locale as unknown as { value: string }).value;
}
