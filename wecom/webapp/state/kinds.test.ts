// Every kind of entry that the server may tell has its place here.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { IN_CONVERSATION, OWN } from "./apply";

const document = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../interfaces/api/openapi.json"), "utf8"),
) as { "x-events": Record<string, unknown> };

test("every kind of entry that the API's document names is applied, and no other", () => {
  const applied = [...Object.keys(OWN), ...Object.keys(IN_CONVERSATION)].sort();
  expect(applied).toEqual(Object.keys(document["x-events"]).sort());
});
