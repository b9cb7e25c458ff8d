import { expect, test } from "vitest";

import { within } from "./within";

const all = Array.from({ length: 300 }, (_, n) => n);

test("what is chosen is in the list, however far down it lies", () => {
  expect(within(all, 100, (each) => each === 250)).toEqual([...all.slice(0, 99), 250]);
  expect(within(all, 100, (each) => each === 99)).toEqual(all.slice(0, 100));
  expect(within(all, 100, (each) => each === -1)).toEqual(all.slice(0, 100));
});
