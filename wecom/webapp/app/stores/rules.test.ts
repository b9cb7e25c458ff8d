import { expect, test } from "vitest";

import { isRecent } from "./rules";

test("one's own is taken back for as long as the company says, and tried where that is not known", () => {
  const now = Date.parse("2026-03-01T10:02:00Z");
  expect(isRecent("2026-03-01T10:00:30Z", { recall_minutes: 2, own_pictures: true }, now)).toBe(true);
  expect(isRecent("2026-03-01T09:59:59Z", { recall_minutes: 2, own_pictures: true }, now)).toBe(false);
  expect(isRecent("2020-01-01T00:00:00Z", null, now)).toBe(true);
});
