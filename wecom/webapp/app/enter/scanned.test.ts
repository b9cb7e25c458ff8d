import { expect, test } from "vitest";

import { meaningOf } from "./scanned";

const HERE = "https://chat.example.com";

test.each([
  [`${HERE}/app-login#s3cret`, { kind: "app-login", shown: "s3cret" }],
  ["https://evil.example.com/app-login#s3cret", { kind: "link", url: "https://evil.example.com/app-login#s3cret" }],
  [`${HERE}/app-login`, { kind: "link", url: `${HERE}/app-login` }],
  [`${HERE}/app/#/scan/t1ck-et_`, { kind: "sign-in", ticket: "t1ck-et_" }],
  ["https://evil.example.com/app/#/scan/t1ck", { kind: "link", url: "https://evil.example.com/app/#/scan/t1ck" }],
  [`${HERE}/app/scan/t1ck-et_`, { kind: "sign-in", ticket: "t1ck-et_" }],
  [`${HERE}/app/c/7`, { kind: "page", path: "/c/7" }],
  [`${HERE}/ask-to-join?code=1`, { kind: "link", url: `${HERE}/ask-to-join?code=1` }],
  ["javascript:alert(1)", { kind: "text", text: "javascript:alert(1)" }],
  ["WIFI:S:office;;", { kind: "text", text: "WIFI:S:office;;" }],
  ["你好", { kind: "text", text: "你好" }],
])("%s", (text, meaning) => {
  expect(meaningOf(text, HERE)).toEqual(meaning);
});
