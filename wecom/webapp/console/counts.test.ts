import { afterEach, expect, test, vi } from "vitest";

import { useCounts, type Counted } from "./counts";

const counted = (own: number): Counted[] => [{ department_id: 7, own, everybody: own * 10 }];

/** Questions that are answered when the test says so. */
function asking() {
  const asked: { answer: (found: Counted[]) => void; fail: () => void }[] = [];
  const counts = useCounts(() => new Promise((answer, reject) => asked.push({ answer, fail: () => reject(new Error("unreachable")) })));
  return { counts, asked };
}

afterEach(() => vi.useRealTimers());

test("who asks before departments are counted is told the number, not nought", async () => {
  const { counts, asked } = asking();
  counts.begin();
  const told = counts.of(7);
  asked[0]!.answer(counted(3));
  expect(await told).toEqual({ own: 3, everybody: 30 });
});

test("counts that come late do not replace newer ones", async () => {
  const { counts, asked } = asking();
  counts.begin();
  counts.begin();
  asked[1]!.answer(counted(5));
  await counts.of(7);
  asked[0]!.answer(counted(3));
  expect(await counts.of(7)).toEqual({ own: 5, everybody: 50 });
  expect(counts.everybody.value.get(7)).toBe(50);
});

test("what was counted before a change is not told after it", async () => {
  const { counts, asked } = asking();
  counts.begin();
  const told = counts.of(7);
  counts.begin();
  asked[0]!.answer(counted(3));
  asked[1]!.answer(counted(4));
  expect(await told).toEqual({ own: 4, everybody: 40 });
});

test("a number that cannot be had is no number", async () => {
  vi.useFakeTimers();
  const { counts, asked } = asking();
  expect(await counts.of(7)).toBeNull();
  counts.begin();
  asked[0]!.fail();
  expect(await counts.of(7)).toBeNull();
  counts.begin();
  const told = counts.of(7);
  await vi.advanceTimersByTimeAsync(6000);
  expect(await told).toBeNull();
});
