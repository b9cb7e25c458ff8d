import { expect, test } from "vitest";

import type { Member } from "@/wire/me";

import { dialled, factsOf } from "./facts";

const nobody: Member = {
  id: 7, userid: "lisi", name: "李四", alias: "", english_name: "", mobile: null, telephone: "", email: null, biz_mail: null,
  gender: 0, position: "", address: "", avatar: "", external_position: "", departments: [], main_department_id: null,
  leader_ids: [], attributes: [], enabled: true, active: true, left_at: null,
};
const facts = (more: Partial<Member>) => factsOf({ ...nobody, ...more }, (key) => key.replace("contacts.", ""));

test("what is not known has no line", () => {
  expect(facts({})).toEqual([{ name: "userid", value: "lisi" }]);
});

test("an extension is dialled after a pause", () => {
  expect(dialled("021-55550100,8110")).toBe("tel:02155550100,8110");
  expect(dialled("+49 (40) 123-45")).toBe("tel:+494012345");
});

test("an attribute leads to the web, and to nothing else", () => {
  const web = (url: string) => facts({ attributes: [{ name: "Blog", kind: "web", title: "mine", url, value: "" }] })[1];
  expect(web("https://a.example/")).toEqual({ name: "Blog", value: "mine", href: "https://a.example/", outside: true });
  expect(web("javascript:alert(1)")).toEqual({ name: "Blog", value: "mine" });
  expect(web("data:text/html,x")).toEqual({ name: "Blog", value: "mine" });
});
