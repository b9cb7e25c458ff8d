import { expect, test } from "vitest";
import { createI18n } from "vue-i18n";

import { compiled } from "./gaps";

const words = {
  plain: "Sign in",
  called: "Hello {name}, {name}",
  quoted: "Only {'@'}all and {'|'}",
  people: "{n} person | {n} people",
  changed: "Changed. | Changed; {n} device. | Changed; {n} devices.",
};
const { global } = createI18n({ legacy: false, locale: "en", messages: { en: words }, messageCompiler: compiled });

test("gaps are filled, quoted letters stand for themselves", () => {
  expect(global.t("plain")).toBe("Sign in");
  expect(global.t("called", { name: "张三 $& {n}" })).toBe("Hello 张三 $& {n}, 张三 $& {n}");
  expect(global.t("called", {})).toBe("Hello , ");
  expect(global.t("quoted")).toBe("Only @all and |");
});

test("there is a form for one and a form for many, and one for none where there are three", () => {
  expect([0, 1, 2].map((n) => global.t("people", n))).toEqual(["0 people", "1 person", "2 people"]);
  expect([0, 1, 2].map((n) => global.t("changed", n))).toEqual(["Changed.", "Changed; 1 device.", "Changed; 2 devices."]);
});
