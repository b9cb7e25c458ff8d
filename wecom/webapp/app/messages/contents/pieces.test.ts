import { expect, test } from "vitest";

import { growth } from "@/text/growth";

import { onlyEmoji, pieces, safe } from "./pieces";

const links = (text: string) => pieces(text, [], false).flatMap((each) => (each.kind === "link" ? [each.to] : []));
const mentions = (text: string, called = [{ id: 7, name: "张三", userid: "zhangsan" }], everyone = false) =>
  pieces(text, called, everyone).flatMap((each) => (each.kind === "mention" ? [[each.text, each.id]] : []));

test.each([
  ["看 https://a.example/路?q=1。谢谢", ["https://a.example/路?q=1"]],
  ["(see https://a.example/wiki_(x)).", ["https://a.example/wiki_(x)"]],
  ["www.example.com, and me@example.com!", ["https://www.example.com", "mailto:me@example.com"]],
  ["https://a.example，https://b.example", ["https://a.example", "https://b.example"]],
  ["javascript:alert(1) is none", []],
  ["no link here: http", []],
])("%s leads to %j", (text, found) => {
  expect(links(text)).toEqual(found);
});

test("whatever is cut is all that was written", () => {
  const text = "Hi @张三, see https://a.example/(1) and @李四 — 🎉\n<@zhangsan>";
  const cut = pieces(text, [{ id: 7, name: "张三" }], false);
  expect(cut.map((each) => each.text).join("")).toBe(text);
});

test("only whom the message calls on is called", () => {
  expect(mentions("@张三 @李四 你好")).toEqual([["@张三", 7]]);
  expect(mentions("@所有人 开会")).toEqual([]);
  expect(mentions("@所有人 开会", [], true)).toEqual([["@所有人", null]]);
});

test("a robot's <@userid> is said by name", () => {
  expect(mentions("请 <@zhangsan> 查看")).toEqual([["@张三", 7]]);
});

test("the longer of two names that begin alike is the one called", () => {
  const called = [{ id: 1, name: "张三", userid: "a" }, { id: 2, name: "张三丰", userid: "b" }];
  expect(mentions("@张三丰", called)).toEqual([["@张三丰", 2]]);
});

test("a name with signs of its own is taken as it is written", () => {
  expect(mentions("@Mr. (X)+ hi", [{ id: 3, name: "Mr. (X)+", userid: "x" }])).toEqual([["@Mr. (X)+", 3]]);
});

test.each([
  ["👍", 1],
  ["👨‍👩‍👧 ❤️", 2],
  ["🇩🇪🇨🇳", 2],
  ["1", 0],
  ["👍 ok", 0],
  ["", 0],
])("%s is %i emoji and nothing else", (text, count) => {
  expect(onlyEmoji(text)).toBe(count);
});

test("what would run code is not opened", () => {
  expect(["https://a", "mailto:a@b", " JavaScript:alert(1)", "data:text/html,x", "intent:x"].map(safe)).toEqual([
    true, true, false, false, false,
  ]);
});

test("brackets and points at an address's end are not of it", () => {
  expect(pieces("(see https://a.de/x_(y)).", [], false)[1]).toMatchObject({ text: "https://a.de/x_(y)" });
  expect(pieces("https://a.de/)))", [], false)[0]).toMatchObject({ text: "https://a.de/" });
});

test.each([
  (n: number) => "https://a/" + ")".repeat(n),
  (n: number) => "a".repeat(n),
  (n: number) => "a.".repeat(n / 2),
  (n: number) => "a@".repeat(n / 2),
  (n: number) => "a@" + "b.".repeat(n / 2),
])("nobody waits for what was written to be waited for: %#", (text) => {
  expect(growth((length) => void pieces(text(length), [], false))).toBeLessThan(11);
});
