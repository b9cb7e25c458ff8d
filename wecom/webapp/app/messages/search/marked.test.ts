import { expect, test } from "vitest";

import { cut } from "./marked";

test("an excerpt is cut at its highlights, in the units of JavaScript", () => {
  expect(cut("🎉 午饭 lunch", [[3, 5], [6, 11]])).toEqual([
    { text: "🎉 ", hit: false },
    { text: "午饭", hit: true },
    { text: " ", hit: false },
    { text: "lunch", hit: true },
  ]);
});

test("places that are none are left alone, and nothing of the excerpt is lost", () => {
  const cuts = cut("abc", [[2, 1], [1, 2], [0, 2], [2, 9]]);
  expect(cuts.map((each) => each.text).join("")).toBe("abc");
  expect(cuts.filter((each) => each.hit).map((each) => each.text)).toEqual(["b"]);
});

test("nothing is marked where a file was found by its sort", () => {
  expect(cut("预算.xlsx", [])).toEqual([{ text: "预算.xlsx", hit: false }]);
});
