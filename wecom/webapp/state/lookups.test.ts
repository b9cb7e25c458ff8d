import { expect, test } from "vitest";

import { changed } from "./draft";
import { MOST_LOOKUPS, overdue } from "./lookups";
import { keyOf } from "./model";
import { begin } from "./snapshot";

const ME = { id: 12, userid: "wangwu", name: "王五", roles: [], scopes: [], session_id: 1, must_change_password: false };

test("what was looked up stays within its bound, whoever leafs through a company of fifty thousand", () => {
  const recent = new Set<string>();
  const known = new Map<string, unknown>();
  const learn = (key: string): void => {
    known.set(key, {});
    recent.delete(key);
    recent.add(key);
    if (recent.size > 1_000) recent.delete(recent.values().next().value!);
    for (const given of overdue(known, recent)) known.delete(given);
  };
  let most = 0;
  learn(keyOf("directory"));
  learn(keyOf("member", 1));
  for (let id = 2; id <= 5_000; id++) {
    if (id % 100 === 0) learn(keyOf("member", 1));
    learn(keyOf("member", id));
    most = Math.max(most, known.size);
  }
  expect(most).toBe(MOST_LOOKUPS);
  // What there is but one of stays, and so does who is looked at again and again.
  expect(known.has(keyOf("directory"))).toBe(true);
  expect(known.has(keyOf("member", 1))).toBe(true);
  expect(known.has(keyOf("member", 5_000))).toBe(true);
  expect(known.has(keyOf("member", 2))).toBe(false);
});

test("what is given up is neither stale nor asked for any more", () => {
  const key = keyOf("member", 7);
  let state = changed(begin(ME, "k3", {}, []), (draft) => {
    draft.learn(key, {});
    draft.doubt([key]);
    draft.askFor(key);
  });
  state = changed(state, (draft) => draft.unlearn([key]));
  expect([state.looked_up.has(key), state.stale.has(key), state.asks.has(key)]).toEqual([false, false, false]);
});
