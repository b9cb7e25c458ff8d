import { expect, test } from "vitest";

import { called, callingAt, stillCalled } from "./calling";

test.each([
  ["@", 1, { from: 0, said: "" }],
  ["你好@zh", 5, { from: 2, said: "zh" }],
  ["see @李 later", 6, { from: 4, said: "李" }],
  ["me@example.com", 14, null],
  ["@张三 你好", 6, null],
  ["none", 4, null],
  [`@${"x".repeat(21)}`, 22, null],
])("%s calls %#", (text, caret, calling) => {
  expect(callingAt(text, caret)).toEqual(calling);
});

test("a name takes the place of what was written of it, and one blank follows", () => {
  expect(called("请 @zh 看", 5, { from: 2, said: "zh" }, "张三")).toEqual({ text: "请 @张三 看", caret: 6 });
  expect(called("@", 1, { from: 0, said: "" }, "所有人")).toEqual({ text: "@所有人 ", caret: 5 });
});

test("who was deleted again is not called on, and nobody twice", () => {
  expect(stillCalled("@张三 @张三", [{ id: 1, name: "张三" }, { id: 1, name: "张三" }, { id: 2, name: "李四" }])).toEqual([1]);
  expect(stillCalled("@所有人 @张三", [{ id: 0, name: "所有人" }, { id: 1, name: "张三" }])).toEqual([1]);
});
