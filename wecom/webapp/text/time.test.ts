import { expect, test } from "vitest";

import { dayLine, daysBetween, rowTime } from "./time";

const now = new Date(2026, 10, 20, 15, 0);
const at = (day: number, month = 10, year = 2026) => new Date(year, month, day, 9, 32);

test.each([
  [at(20), "09:32", "09:32", "09:32"],
  [at(19), "昨天", "Yesterday", "Gestern"],
  [at(17), "星期二", "Tue", "Di"],
  [at(3), "11/3", "Nov 3", "3. Nov."],
  [at(3, 2, 2025), "2025/3/3", "3/3/2025", "3.3.2025"],
])("a row says when", (when, zh, en, de) => {
  expect(rowTime(when, now, "zh-CN")).toBe(zh);
  expect(rowTime(when, now, "en")).toBe(en);
  expect(rowTime(when, now, "de")).toBe(de);
});

test("what a clock ahead of ours wrote is of today", () => {
  expect(rowTime(new Date(2026, 10, 20, 15, 3), now, "en")).toBe("15:03");
});

test("the line between two days says the whole day", () => {
  expect(dayLine(at(20), now, "zh-CN")).toBe("今天");
  expect(dayLine(at(19), now, "de")).toBe("Gestern");
  expect(dayLine(at(2), now, "zh-CN")).toBe("11月2日星期一");
});

test("midnight parts two days, however close they are", () => {
  expect(daysBetween(new Date(2026, 10, 19, 23, 59), new Date(2026, 10, 20, 0, 1))).toBe(1);
  expect(daysBetween(new Date(2026, 10, 20, 0, 1), new Date(2026, 10, 20, 23, 59))).toBe(0);
});
