import { expect, test } from "vitest";

import { hits, pieces } from "./highlight";

const marked = (text: string, query: string) =>
  pieces(text, query)
    .map((each) => (each.hit ? `[${each.text}]` : each.text))
    .join("");

test.each([
  ["张三", "三", "张[三]"],
  ["Zhang San", "SAN", "Zhang [San]"],
  ["Zhang San", "zs", "[Z]hang [S]an"],
  ["Käthe Müller", "mül", "Käthe [Mül]ler"],
  ["13800000001", "0001", "1380000[0001]"],
  ["张三", "zhang", "张三"],
  ["张三", "", "张三"],
  ["a.b+c", ".b+", "a[.b+]c"],
])("in %s, %s is marked as %s", (text, query, expected) => {
  expect(marked(text, query)).toBe(expected);
});

test("a single letter is not taken for an initial of the second word", () => {
  expect(hits("Zhang San", "s")).toBe(true);
  expect(marked("Zhang San", "n")).toBe("Zha[n]g San");
});

test("a text whose lower case is longer is shown as it is", () => {
  expect(marked("İstanbul", "stan")).toBe("İstanbul");
});
