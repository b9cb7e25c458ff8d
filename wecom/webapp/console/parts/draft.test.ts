import { expect, test } from "vitest";

import { carried } from "./draft";

const record = { name: "公告助手", description: "告诉大家", enabled: true, domains: ["a.example"] };

test("what was typed outlives the record being read anew, and what was not typed is as the record has it now", () => {
  const typed = { ...record, description: "告诉所有人", domains: ["a.example", "b.example"] };
  const now = { ...record, name: "公告", enabled: false };
  expect(carried(record, now, typed)).toEqual({ ...now, description: "告诉所有人", domains: ["a.example", "b.example"] });
});

test("once what was typed is the record's, nothing is left to save", () => {
  const typed = { ...record, description: "告诉所有人" };
  expect(carried(record, typed, typed)).toEqual(typed);
});
