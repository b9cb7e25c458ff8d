import { expect, test } from "vitest";

import { bytes } from "./bytes";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [1_550_000, "1.6 MB"],
  [100_000_000, "100 MB"],
  [2_300_000_000_000, "2,300 GB"],
])("%i is %s", (size, said) => {
  expect(bytes(size, "en")).toBe(said);
});
