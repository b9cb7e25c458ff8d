import { expect, test } from "vitest";
import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";

import { growth } from "@/text/growth";

import { rendered } from "./markdown";

async function html(text: string, kind: "markdown" | "markdown_v2" = "markdown"): Promise<string> {
  const calls = { called: [{ id: 7, name: "张三", userid: "zhangsan" }], everyone: true };
  const made = await renderToString(createSSRApp({ render: () => rendered(text, kind, calls) }));
  return made.replace(/<!--.*?-->/gu, "");
}

test("headings, bold, code and quotes", async () => {
  expect(await html("# 标题\n**粗** `x`\n> 引用")).toBe(
    '<p class="title large"><strong>标题</strong></p><p><strong>粗</strong> <code>x</code></p><blockquote><p>引用</p></blockquote>',
  );
});

test("a quote ends with its line", async () => {
  expect(await html("> 引用\n> 还是\n正文")).toBe("<blockquote><p>引用<br>还是</p></blockquote><p>正文</p>");
});

test("the three colours, also around bold, and no other", async () => {
  expect(await html('<font color="info">绿</font><font color="warning">**橙**</font><font color="red">x</font>')).toBe(
    '<p><span class="font-info">绿</span><span class="font-warning"><strong>橙</strong></span>&lt;font color=&quot;red&quot;&gt;x&lt;/font&gt;</p>',
  );
});

test("a colour inside bold", async () => {
  expect(await html('**失败 <font color="warning">3</font> 项**')).toBe(
    '<p><strong>失败 <span class="font-warning">3</span> 项</strong></p>',
  );
});

test("the second edition has lists, tables and blocks of code", async () => {
  expect(await html("- a\n- b\n\n| x | y |\n|:-:|--:|\n| 1 | 2 |\n\n```py\n<b>\n```\n---", "markdown_v2")).toBe(
    '<ul><li>a</li><li>b</li></ul><div class="wide" tabindex="0" role="group"><table><thead><tr><th class="to-center">x</th><th class="to-right">y</th></tr></thead>' +
      '<tbody><tr><td class="to-center">1</td><td class="to-right">2</td></tr></tbody></table></div><pre tabindex="0"><code>&lt;b&gt;</code></pre><hr>',
  );
});

test("whom it calls on is marked, by name", async () => {
  expect(await html("请 <@zhangsan> 看，<@all>")).toBe(
    '<p>请 <span class="mention">@张三</span> 看，<span class="mention">@all</span></p>',
  );
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  "![x](data:text/html,x)",
  "[x](vbscript:x)",
  '<font color="info"><iframe src=x></iframe></font>',
])("%s stays words", async (text) => {
  for (const kind of ["markdown", "markdown_v2"] as const) {
    expect(await html(text, kind)).not.toMatch(/<(?:script|img|iframe)|href/u);
  }
});

test("deep nesting is refused by depth and not by the stack", async () => {
  expect((await html(">".repeat(5000) + "x", "markdown_v2")).length).toBeGreaterThan(0);
});

test.each([
  (n: number) => "<font color=info>".repeat(n / 16),
  (n: number) => "</font>" + "<font color=info>".repeat(n / 16),
  (n: number) => "*".repeat(n),
  (n: number) => "[".repeat(n),
  (n: number) => "> ".repeat(n / 2),
])("nobody waits for what was written to be waited for: %#", (text) => {
  for (const kind of ["markdown", "markdown_v2"] as const) {
    expect(growth((length) => void rendered(text(length), kind, { called: [], everyone: false }))).toBeLessThan(11);
  }
});
