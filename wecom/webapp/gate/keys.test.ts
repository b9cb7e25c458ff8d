// A scanner's keys, on a keyboard of whatever layout.
import { expect, test } from "vitest";

import { codeOf, meant } from "./keys";

/** Which key of an American keyboard writes it, and whether with shift. */
function keyFor(letter: string): [string, boolean] {
  const shifted = ")!@#$%^&*(".indexOf(letter);
  if (/[A-Z]/.test(letter)) return [`Key${letter}`, true];
  if (/\d/.test(letter)) return [`Digit${letter}`, false];
  if (shifted >= 0) return [`Digit${shifted}`, true];
  const [code, both] = Object.entries({ Space: " ", Minus: "-", Equal: "=+", Semicolon: ";:", Period: ".", Slash: "/" }).find(([, each]) => each.includes(letter))!;
  return [code, both.indexOf(letter) === 1];
}

const ALL = "WH1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

test("every letter of a code is found by its key", () => {
  expect([...ALL].map((letter) => meant(...keyFor(letter))).join("")).toBe(ALL);
});

test("a scanner that means an American keyboard is understood on a German one", () => {
  expect(codeOf("WH1ÖZA ßY", "WH1:YA -Z")).toBe("WH1:YA -Z");
});

test("what stood before the code is left out, and small letters are large ones", () => {
  expect(codeOf("xxwh1:ab", "")).toBe("WH1:AB");
});

test("another code is one that is not known; a few keys are none", () => {
  expect([codeOf("https://example.com", ""), codeOf("ab", "AB")]).toEqual(["https://example.com", null]);
});
