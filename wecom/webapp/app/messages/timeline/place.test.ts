import { expect, test } from "vitest";

import { firstFresh, place, type Placed } from "./place";

const said = (seq: number, sender_id: number, minute: number, recalled = false): Placed => ({
  seq, sender_id, recalled, sent_at: new Date(2026, 10, 20, 12, minute).toISOString(),
});

test("who goes on within five minutes is not named again", () => {
  const messages = [said(1, 7, 0), said(2, 7, 4), said(3, 7, 10), said(4, 8, 11)];
  expect(messages.map((_, at) => place(messages, at, null).first)).toEqual([true, false, true, true]);
});

test("a day, a line of new ones and a notice start anew", () => {
  const messages = [said(1, 7, 0), said(2, 7, 1), said(3, 7, 2, true), said(4, 7, 3), said(5, 7, 60 * 24)];
  expect(messages.map((_, at) => place(messages, at, 2))).toEqual([
    { day: true, fresh: false, first: true },
    { day: false, fresh: true, first: true },
    { day: false, fresh: false, first: true },
    { day: false, fresh: false, first: true },
    { day: true, fresh: false, first: true },
  ]);
});

test("what one said oneself is not new", () => {
  const messages = [said(1, 7, 0), said(2, 9, 1), said(4, 7, 2)];
  expect(firstFresh(messages, 0, 9)).toBe(1);
  expect(firstFresh(messages, 1, 9)).toBe(4);
  expect(firstFresh(messages, 4, 9)).toBe(null);
});
