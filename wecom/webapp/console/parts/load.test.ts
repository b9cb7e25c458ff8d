import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope } from "vue";

import { useEvery } from "./load";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { hidden: false });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what fails each second is told of once, and asked again all the same", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  let asked = 0;
  const scope = effectScope();
  scope.run(() =>
    useEvery(1000, () => true, async () => {
      asked += 1;
      if (asked !== 4) throw new TypeError("not so");
    }),
  );
  await vi.advanceTimersByTimeAsync(3000);
  expect([asked, told.mock.calls.length]).toEqual([3, 1]);
  await vi.advanceTimersByTimeAsync(2000);
  expect([asked, told.mock.calls.length]).toEqual([5, 2]);
  scope.stop();
  await vi.advanceTimersByTimeAsync(3000);
  expect(asked).toBe(5);
  told.mockRestore();
});
