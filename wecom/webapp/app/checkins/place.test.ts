// How far it is to where one is to be; and the dates of a month.
import { expect, test } from "vitest";

import { metres, standing } from "./place";
import { clockIn, monthBeside, weeksOf } from "./when";

const hall = { title: "总部", detail: "", latitude: 31.2304, longitude: 121.4737, radius_m: 300 };
const shed = { title: "仓库", detail: "", latitude: 31.3, longitude: 121.4737, radius_m: 100 };

test("distances are those along the ground", () => {
  expect(metres({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 1 })).toBeCloseTo(111_195, 0);
  expect(metres(hall, hall)).toBe(0);
});

test("the place of which least is missing counts, and within its circle nothing is", () => {
  expect(standing({ places: [shed, hall] }, { latitude: 31.2306, longitude: 121.4737 })).toEqual({ within: true, title: "总部", away: 0 });
  const off = standing({ places: [shed, hall] }, { latitude: 31.24, longitude: 121.4737 });
  expect(off).toMatchObject({ within: false, title: "总部" });
  expect(off!.away).toBeGreaterThan(700);
  expect(standing({ places: [] }, hall)).toBeNull();
});

test("a month is weeks from Monday to Sunday", () => {
  const weeks = weeksOf("2026-11");
  expect(weeks[0]).toEqual([null, null, null, null, null, null, "2026-11-01"]);
  expect(weeks.at(-1)![0]).toBe("2026-11-30");
  expect(weeksOf("2024-02").flat().filter(Boolean)).toHaveLength(29);
  expect([monthBeside("2026-01", -1), monthBeside("2026-12", 1)]).toEqual(["2025-12", "2027-01"]);
});

test("the clock is the one at work, wherever this device is", () => {
  expect(clockIn("Asia/Shanghai", "2026-11-23T01:05:00Z", "en")).toBe("09:05");
  expect(clockIn("Europe/Berlin", "2026-11-23T01:05:00Z", "de")).toBe("02:05");
});
