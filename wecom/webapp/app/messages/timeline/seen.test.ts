// What counts as read, and when.
import { beforeEach, expect, test, vi } from "vitest";
import { effectScope } from "vue";

const page = { hidden: false, visibilityState: "visible", hasFocus: () => true, addEventListener: vi.fn(), removeEventListener: vi.fn() };
vi.stubGlobal("document", page);
vi.stubGlobal("addEventListener", vi.fn());
vi.stubGlobal("removeEventListener", vi.fn());
vi.useFakeTimers();
const { useSeen } = await import("./seen");

let lowest = 0;
let isCovered = false;
const told: number[] = [];
const seen = () => effectScope().run(() => useSeen({ lowest: () => lowest, isCovered: () => isCovered, tell: (seq) => told.push(seq) }))!;

beforeEach(() => {
  lowest = 7;
  isCovered = false;
  told.length = 0;
});

test("what stands in view is read, once", () => {
  const { look } = seen();
  for (let times = 0; times < 2; times++) {
    look();
    vi.advanceTimersByTime(1_000);
  }
  expect(told).toEqual([7]);
});

test("who goes on before that was looked at has read it all the same", () => {
  const { look, leave } = seen();
  look();
  vi.advanceTimersByTime(200);
  leave();
  isCovered = true;
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([7]);
});

test("what came in the moment in which somebody went is not read", () => {
  const { look, leave } = seen();
  look();
  vi.advanceTimersByTime(50);
  leave();
  isCovered = true;
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([]);
});

test("nothing behind something else is read, neither by staying nor by going", () => {
  const { look, leave } = seen();
  isCovered = true;
  look();
  vi.advanceTimersByTime(300);
  leave();
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([]);
});
