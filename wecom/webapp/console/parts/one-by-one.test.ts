import { expect, test } from "vitest";

import { Refused } from "@/wire/http";

import { useOneByOne } from "./one-by-one";

const refusal = () => new Refused(409, { error: "LastAdministrator", message: "This is the last one.", request_id: "", facts: {} }, null);

test("who is refused is named with why, and the others are done", async () => {
  const all = useOneByOne<string>();
  await all.run(["a", "b", "c"], async (one) => {
    if (one === "b") throw refusal();
  });
  expect([all.worked.value, all.done.value, all.running.value]).toEqual([3, 2, false]);
  expect(all.refused.value).toEqual([{ one: "b", because: "This is the last one." }]);
});

test("a fault ends it, and leaves nothing that runs for ever", async () => {
  const all = useOneByOne<string>();
  const fault = all.run(["a", "b", "c"], async (one) => {
    if (one === "b") throw new TypeError("not so");
  });
  await expect(fault).rejects.toThrow("not so");
  expect([all.running.value, all.done.value, all.of.value]).toEqual([false, 1, 3]);
});
