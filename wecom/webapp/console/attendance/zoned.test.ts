import { expect, it } from "vitest";

import { instantIn, shownIn } from "./zoned";

it("takes a clock's time for the zone's, and not for the reader's", () => {
  expect(instantIn("2026-03-02T09:00", "Asia/Shanghai")).toBe("2026-03-02T01:00:00.000Z");
  expect(shownIn("2026-03-02T01:00:00Z", "Asia/Shanghai")).toBe("2026-03-02T09:00");
});

it("holds on both sides of a change of clocks", () => {
  for (const shown of ["2026-03-28T23:30", "2026-03-29T01:30", "2026-03-29T03:30", "2026-10-24T23:30", "2026-10-25T04:30"]) {
    expect(shownIn(instantIn(shown, "Europe/Berlin"), "Europe/Berlin")).toBe(shown);
  }
});
