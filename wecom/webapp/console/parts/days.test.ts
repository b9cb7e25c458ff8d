import { expect, test } from "vitest";

import { begins } from "./days";

test("a day begins at midnight where the reader is, and the one after it a calendar day later", () => {
  expect(begins("2026-03-29")).toBe(new Date(2026, 2, 29).toISOString());
  expect(begins("2026-12-31", 1)).toBe(new Date(2027, 0, 1).toISOString());
  expect(begins("2024-02-29", 1)).toBe(new Date(2024, 2, 1).toISOString());
});

test("what is no day narrows nothing", () => {
  for (const text of ["", "2026-02-31", "2026-13-01", "2026-1-1", "0001-01-01", "yesterday", "2026-01-01T00:00"]) expect(begins(text)).toBeUndefined();
});
