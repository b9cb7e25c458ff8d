// Every language has the same words, with the same gaps to fill.
import { expect, test } from "vitest";

type Words = { [key: string]: string | Words };
const files = import.meta.glob<{ default: Words }>("./words/*/*.ts", { eager: true });

function flat(words: Words, under = ""): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === "string" ? [[under + key, value]] : Object.entries(flat(value, `${under}${key}.`)),
    ),
  );
}

// A letter that is quoted, as in {'@'}, is no gap.
const gaps = (text: string) => [...new Set(text.match(/\{[^}']*\}/g) ?? [])].sort();
const english = Object.keys(files).filter((path) => path.includes("/en/"));

test.each(english.flatMap((path) => ["zh-CN", "de"].map((language) => [path, language])))(
  "%s in %s",
  (path, language) => {
    const meant = flat(files[path!]!.default);
    const said = flat(files[path!.replace("/en/", `/${language}/`)]!.default);
    expect(Object.keys(said).sort()).toEqual(Object.keys(meant).sort());
    for (const [key, text] of Object.entries(said)) {
      expect(text, key).not.toBe("");
      expect(gaps(text), key).toEqual(gaps(meant[key]!));
    }
  },
);
