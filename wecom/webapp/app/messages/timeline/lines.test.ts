// What stands on the screen stays there while the part that draws markdown is on its way.
import { expect, test } from "vitest";
import { computed, effectScope, nextTick, shallowRef } from "vue";

import type { Shown } from "../../stores/chat";
import { useLines } from "./lines";

const say = (seq: number, msgtype: string): Shown => ({ seq, sender_id: 1, client_id: "", content: { msgtype, content: "x" } }) as unknown as Shown;

function reading(...first: Shown[]) {
  const held = shallowRef<readonly Shown[]>(first);
  let here = (): void => undefined;
  const part = new Promise<void>((resolve) => (here = resolve));
  const lines = effectScope().run(() => useLines(computed(() => held.value), () => part))!;
  return { held, lines, here: async () => (here(), await part, await nextTick()) };
}

test("markdown that comes while one reads, or with older messages, takes no line away", async () => {
  const { held, lines } = reading(say(2, "text"));
  expect(lines.value).toHaveLength(1);
  held.value = [...held.value, say(3, "markdown")];
  expect(lines.value).toHaveLength(2);
  await nextTick();
  held.value = [say(1, "markdown_v2"), ...held.value];
  expect(lines.value).toHaveLength(3);
});

test("what is opened with markdown in it is shown once that can be drawn", async () => {
  const { lines, here } = reading(say(1, "text"), say(2, "markdown"));
  expect(lines.value).toHaveLength(0);
  await here();
  expect(lines.value).toHaveLength(2);
});
