import { expect, test } from "vitest";

import { face, FACES, initials } from "./faces";

test.each([
  ["张三", "张三"],
  ["欧阳修远", "修远"],
  ["王五 (Wang)", "王五"],
  ["Ada Lovelace", "AL"],
  ["Karl-Heinz von Öttingen", "KÖ"],
  ["madonna", "M"],
  ["🎉 Party", "P"],
  ["", ""],
])("%s is drawn as %s", (name, drawn) => {
  expect(initials(name)).toBe(drawn);
});

test("a face keeps its colour and stays among those there are", () => {
  const seen = new Set([...Array(200).keys()].map(face));
  expect(seen.size).toBe(FACES);
  expect(Math.max(...seen)).toBeLessThan(FACES);
  expect(face(7)).toBe(face(7));
});
