// Who has read what, while others read unheard.
import { expect, test, vi } from "vitest";
import { computed, watchEffect } from "vue";

import { Unreachable } from "@/wire/http";

import { useHints } from "./hints";

/** A server of which it is set who has read, and whether it can be reached. */
function looking(away = false) {
  const server = { read: [] as number[], away, asked: 0 };
  const hints = useHints(async () => {
    server.asked += 1;
    if (server.away) throw new Unreachable("no network");
    return { read: server.read, unread: [] };
  });
  const shown = computed(() => hints.readers(1, 7)?.read);
  watchEffect(() => shown.value);
  return { server, hints, shown };
}

test("what others read while one was not connected is asked for once one is again", async () => {
  const { server, hints, shown } = looking();
  await vi.waitFor(() => expect(shown.value).toEqual([]));
  server.read = [3];
  hints.missed();
  await vi.waitFor(() => expect(shown.value).toEqual([3]));
});

test("what could not be asked for is asked for again with the next connection, and not before", async () => {
  const { server, hints, shown } = looking(true);
  await vi.waitFor(() => expect(server.asked).toBe(1));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(server.asked).toBe(1);
  server.away = false;
  hints.missed();
  await vi.waitFor(() => expect(shown.value).toEqual([]));
});
