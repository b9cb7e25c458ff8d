// Coming or going: as proposed while that is news, and by what waits where the server has not heard of it.
import { expect, test } from "vitest";

import type { Now } from "@/wire/checkins";
import type { WaitingPunch } from "@/wire/punches";

import { wayNow } from "./way";

const HOUR = 3_600_000;
const SIX = Date.parse("2026-11-23T10:00:00Z");
const coming = { next: { kind: "on" }, proposed: "on" } as Now;
const waits = (way: "on" | "off" | null, ago: number, more: Partial<WaitingPunch> = {}): WaitingPunch => ({
  ...{ client_id: "one", kind: "regular", way, at: SIX - ago, place: null, note: "", waited: true },
  ...more,
});

test("what the server proposes holds while it is of now, and its time tells where it is not", () => {
  expect(wayNow(coming, false, [], SIX)).toBe("on");
  expect(wayNow({ next: null, proposed: "off" } as unknown as Now, false, [], SIX)).toBe("off");
  expect(wayNow(coming, true, [], SIX)).toBeNull();
});

test("who has come without a network goes next", () => {
  expect(wayNow(coming, true, [waits("on", 9 * HOUR)], SIX)).toBe("off");
  expect(wayNow(coming, false, [waits("on", 9 * HOUR)], SIX)).toBe("off");
  expect(wayNow(coming, true, [waits("on", 9 * HOUR), waits("off", HOUR)], SIX)).toBeNull();
});

test("what waits from another day, was refused or was elsewhere says nothing of it", () => {
  const refusal = { error: "ClaimUnfit", message: "", request_id: "", facts: {} };
  const others = [waits("on", 24 * HOUR), waits("on", HOUR, { refusal }), waits("on", HOUR, { kind: "outside" })];
  expect(wayNow(coming, false, others, SIX)).toBe("on");
});
