import { expect, test } from "vitest";

import de from "@/text/words/de/console-acts";
import en from "@/text/words/en/console-acts";
import zh from "@/text/words/zh-CN/console-acts";

import { actionsOf, meant } from "./actions";

test.each(Object.entries({ de, en, zh }))("no two actions are called the same in %s", (_, words) => {
  const names = Object.values(words).flatMap((verbs) => Object.values<string>(verbs));
  expect(new Set(names).size).toBe(names.length);
  expect(actionsOf(words).length).toBe(names.length);
});

test("an action is found by its name, by what only it has of it, and by its code", () => {
  const names = new Map([
    ["session.started", "Signed in"],
    ["session.confirm_scanned", "Sign-in by QR code confirmed"],
    ["session.refuse_scanned", "Sign-in by QR code refused"],
  ]);
  expect(meant("signed in ", names)).toBe("session.started");
  expect(meant("confirmed", names)).toBe("session.confirm_scanned");
  expect(meant("session.started", names)).toBe("session.started");
  expect(meant("thing.done_before", names)).toBe("thing.done_before");
  expect(meant("QR code", names)).toBeNull();
  expect(meant("", names)).toBeNull();
});
