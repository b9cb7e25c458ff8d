import { expect, test } from "vitest";

import type { Content } from "@/state/model";

import { growth } from "@/text/growth";

import { preview, unmarked } from "./preview";

const t = (key: string, gaps?: Record<string, unknown>) => key + JSON.stringify(gaps ?? "");
const said = (content: unknown) => preview(content as Content | null, t);

test("markdown is read without its signs", () => {
  expect(unmarked('# 构建 **失败**\n> <font color="warning">1 项</font> [详情](https://a.example)\n- a\n`x`').trim()).toBe(
    "构建 失败\n1 项 详情\na\nx",
  );
});

test("a table keeps its words", () => {
  expect(said({ msgtype: "markdown_v2", content: "| a | b |\n|---|:-:|\n| 1 | 2 |" })).toBe("a b 1 2");
});

test("lines and blanks become one line", () => {
  expect(said({ msgtype: "text", content: " 你好\n\n  世界 " })).toBe("你好 世界");
});

test("what is no text is said by its sort", () => {
  expect(said(null)).toContain("recalledShort");
  expect(said({ msgtype: "image", name: "a.png" })).toContain("anImage");
  expect(said({ msgtype: "file", name: "预算.xlsx" })).toContain("预算.xlsx");
  expect(said({ msgtype: "hologram" })).toContain("aMessage");
});

test("twenty thousand characters are cut short", () => {
  expect(said({ msgtype: "text", content: "长".repeat(20_000) })).toHaveLength(200);
});

test.each([
  (n: number) => "[".repeat(n),
  (n: number) => "[](".repeat(n / 3),
  (n: number) => "<font".repeat(n / 5),
  (n: number) => "**".repeat(n / 2),
  (n: number) => "|".repeat(n),
])("nobody waits for a line of what was written to be waited for: %#", (content) => {
  expect(growth((length) => void said({ msgtype: "markdown", content: content(length) }))).toBeLessThan(11);
});
