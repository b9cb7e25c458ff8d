import { expect, test } from "vitest";

import { LANGUAGES } from ".";
import { CALENDARS } from "./calendar";
import { rowTime } from "./time";

const NOW = new Date(2026, 10, 22, 12);
const before = (days: number) => new Date(2026, 10, 22 - days, 9, 5);

test.each(LANGUAGES)("rows say days and dates as Intl does in %s", (language) => {
  const said = (at: Date, how: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, how).format(at);
  const isChinese = language === "zh-CN";
  expect(rowTime(before(0), NOW, language)).toBe(said(before(0), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
  const yesterday = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-1, "day");
  expect(rowTime(before(1), NOW, language).toLowerCase()).toBe(yesterday.toLowerCase());
  for (let days = 2; days < 7; days++) {
    expect(rowTime(before(days), NOW, language)).toBe(said(before(days), { weekday: isChinese ? "long" : "short" }));
  }
  expect(CALENDARS[language].days.split(" ")).toHaveLength(7);
  for (let month = 0; month < 12; month++) {
    const at = new Date(2025, month, 9);
    const then = new Date(2025, 11, 31);
    const short = isChinese ? `${month + 1}/9` : said(at, { day: "numeric", month: "short" });
    expect(rowTime(at, then, language)).toBe(short);
    expect(rowTime(at, NOW, language)).toBe(said(at, { day: "numeric", month: "numeric", year: "numeric" }));
  }
});
