// Known pairs of the two systems, and what must hold everywhere.
import { expect, test } from "vitest";

import { fromChinese, toChinese, type Place } from "./coordinates";

const metres = (one: Place, other: Place): number => {
  const north = (one.latitude - other.latitude) * 111_320;
  const east = (one.longitude - other.longitude) * 111_320 * Math.cos((one.latitude * Math.PI) / 180);
  return Math.hypot(north, east);
};

test.each([
  ["Beijing", { latitude: 39.908823, longitude: 116.39747 }, { latitude: 39.910226, longitude: 116.403714 }],
  ["Shanghai", { latitude: 31.2304, longitude: 121.4737 }, { latitude: 31.228436, longitude: 121.478253 }],
])("%s lies where Chinese maps draw it", (_, world, chinese) => {
  expect(metres(toChinese(world), chinese)).toBeLessThan(30);
});

test.each([
  { latitude: 22.54, longitude: 114.06 },
  { latitude: 43.83, longitude: 87.62 },
  { latitude: 45.75, longitude: 126.65 },
])("the way there and back ends where it began: %j", (place) => {
  expect(metres(toChinese(place), place)).toBeGreaterThan(100);
  expect(metres(fromChinese(toChinese(place)), place)).toBeLessThan(0.01);
});

test("outside China both systems are one", () => {
  const berlin = { latitude: 52.52, longitude: 13.405 };
  expect(toChinese(berlin)).toEqual(berlin);
  expect(fromChinese(berlin)).toEqual(berlin);
});
