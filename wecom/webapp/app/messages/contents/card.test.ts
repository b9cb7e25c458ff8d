import { expect, test } from "vitest";

import { cardLines } from "./card";

test("WeCom's own example of a card", () => {
  const text =
    '<div class="gray">2016年9月26日</div> <div class="normal">恭喜你抽中iPhone 7一台</div><div class="highlight">请于10月10日前联系行政</div>';
  expect(cardLines(text)).toEqual([
    { text: "2016年9月26日", look: "gray" },
    { text: "恭喜你抽中iPhone 7一台", look: "normal" },
    { text: "请于10月10日前联系行政", look: "highlight" },
  ]);
});

test("breaks part lines, entities are letters, and other tags are words", () => {
  expect(cardLines("a<br>b &lt;c&gt;\n<script>x</script>").map((each) => each.text)).toEqual(["a", "b <c>", "<script>x</script>"]);
});
