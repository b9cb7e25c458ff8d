import { expect, test } from "vitest";

import { degreesIn, fromChineseMap } from "./degrees";

const TOWER = { latitude: 31.2304, longitude: 121.4737 };

test.each([
  "31.2304, 121.4737",
  " 31.2304 121.4737 ",
  "31.2304，121.4737",
  "121.4737,31.2304",
  "31.2304° N, 121.4737° E",
  "121.4737E 31.2304N",
  "31,2304; 121,4737",
  "https://www.google.com/maps/place/x/@31.2304,121.4737,17z",
  "https://www.openstreetmap.org/#map=17/31.2304/121.4737",
  "https://www.openstreetmap.org/?mlat=31.2304&mlon=121.4737",
  "geo:31.2304,121.4737?z=17",
])("%s is a place", (text) => expect(degreesIn(text)).toEqual(TOWER));

test.each(["", "31.2304", "somewhere", "131.2, 191.4", "1.2.3, 4"])("%s is none", (text) => expect(degreesIn(text)).toBeNull());

test("the south and the west count below nought", () => expect(degreesIn("33.8688 S, 70.5 W")).toEqual({ latitude: -33.8688, longitude: -70.5 }));

// The figures are those of the server's own way back.
test("what a Chinese map shows is moved back, in China alone", () => {
  expect(fromChineseMap(TOWER)).toEqual({ latitude: 31.232329, longitude: 121.469162 });
  expect(fromChineseMap({ latitude: 39.9087, longitude: 116.3975 })).toEqual({ latitude: 39.907299, longitude: 116.391259 });
  expect(fromChineseMap({ latitude: 53.55, longitude: 9.99 })).toEqual({ latitude: 53.55, longitude: 9.99 });
});
