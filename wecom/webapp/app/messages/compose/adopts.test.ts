import { expect, test } from "vitest";

import { adopts, standing } from "./adopts";

const draft = (content: string, reply_to: number | null = null) => ({ content, reply_to, mentions: [], updated_at: "" });

test("what was taken up from another device goes on there, and is gone once it was said there", () => {
  const kept = standing("taken up", null);
  expect(adopts("taken up", null, kept, draft("taken up, and longer"))).toBe(true);
  expect(adopts("taken up", null, kept, null)).toBe(true);
});

test("what was written here since is not replaced", () => {
  expect(adopts("taken up, and more", null, standing("taken up", null), draft("other"))).toBe(false);
  expect(adopts("taken up, and more", null, standing("taken up", null), null)).toBe(false);
});

test("one's own draft that comes back changes nothing, nor does its end take an answer away that has no words yet", () => {
  expect(adopts("mine", 4, standing("mine", 4), draft("mine", 4))).toBe(false);
  expect(adopts("", 4, standing("", 4), null)).toBe(false);
});
