import { expect, test } from "vitest";

import { hits, pieces } from "./highlight";

const marked = (text: string, query: string, readings: string[][] = []) =>
  pieces(text, query, readings)
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

const ZHANG_SAN = [["zhang", "san"]];
test.each([
  ["张三", "zhangs", ZHANG_SAN, "[张三]"],
  ["张三", "zhang san", ZHANG_SAN, "[张三]"],
  ["张三", "san", ZHANG_SAN, "张[三]"],
  ["张三", "zs", ZHANG_SAN, "[张三]"],
  ["张三", "z", ZHANG_SAN, "[张]三"],
  ["张三", "angs", ZHANG_SAN, "[张三]"],
  ["张三", "li", ZHANG_SAN, "张三"],
  ["朴宥俊", "pyj", [["piao", "you", "jun"], ["pu", "you", "jun"]], "[朴宥俊]"],
  ["朴宥俊", "puyou", [["piao", "you", "jun"], ["pu", "you", "jun"]], "[朴宥]俊"],
  ["张三李四", "san 李", [["zhang", "san", "li", "si"]], "张[三][李]四"],
  ["𠮷野", "ye", [["ji", "ye"]], "𠮷[野]"],
])("%s, found by %s, is marked where it is read so", (text, query, readings, expected) => {
  expect(marked(text, query, readings)).toBe(expected);
});
