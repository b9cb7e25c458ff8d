// What waits to be sent: once, in order, whatever the network and the server say.
import { beforeEach, expect, test, vi } from "vitest";

import { Refused, Unreachable } from "./http";
import { Outbox, type Sends } from "./outbox";
import type { Pending } from "./pending";

const text = (content: string) => ({
  conversation_id: 7,
  body: { msgtype: "text" as const, content, mentions: [], everyone: false, confidential: false },
  reply_to: null,
});
const refusedAs = (status: number, error: string, waits: number | null = null): Refused =>
  new Refused(status, { error, message: `no: ${error}`, request_id: "", facts: {} }, waits);
const words = (pending: Pending) => (pending.body as { content: string }).content;

interface World {
  outbox: Outbox;
  said: string[];
  kept: Map<string, Pending>;
  answer: (pending: Pending) => Promise<number>;
  upload: Sends["upload"];
  live: boolean;
  heard: number;
}

function world(): World {
  const it: World = {
    said: [],
    kept: new Map(),
    live: true,
    heard: 0,
    answer: async () => it.said.length,
    upload: async () => "u1",
    outbox: undefined as never,
  };
  it.outbox = new Outbox(
    `outbox-${Math.random()}`,
    {
      send(pending) {
        it.said.push(words(pending) ?? pending.file?.upload);
        return it.answer(pending);
      },
      upload: (...given) => it.upload(...given),
    },
    {
      put: async (pending) => void it.kept.set(pending.client_id, pending),
      drop: async (id) => void it.kept.delete(id),
    },
    { changed: () => undefined, told: () => undefined, gone: () => undefined, progressed: () => undefined },
    () => it.live,
    () => it.heard,
  );
  return it;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

let it: World;
beforeEach(() => {
  it = world();
});

test("is on disk before it is said", async () => {
  it.live = false;
  const id = await it.outbox.add(text("一"));
  expect([it.said, it.kept.get(id)?.client_id]).toEqual([[], id]);
});

test("goes out in the order in which it was written, one of a conversation at a time", async () => {
  let answer: (seq: number) => void = () => undefined;
  it.answer = () => new Promise((resolve) => (answer = resolve));
  await Promise.all(["一", "二"].map((each) => it.outbox.add(text(each))));
  await it.outbox.add({ ...text("elsewhere"), conversation_id: 8 });
  await settled();
  expect(it.said).toEqual(["一", "elsewhere"]);
  it.outbox.cut();
  answer(1);
  await settled();
});

test("one that was answered waits for its entry, and is not said again", async () => {
  const id = await it.outbox.add(text("一"));
  await settled();
  it.outbox.wake();
  await settled();
  expect([it.said, it.outbox.pending.get(id)?.seq]).toEqual([["一"], 1]);
  it.outbox.seen(id);
  expect([it.outbox.pending.size, it.kept.size]).toEqual([0, 0]);
});

test("one whose entry came before the answer is over with the answer", async () => {
  it.heard = 9;
  await it.outbox.add(text("一"));
  await settled();
  expect([it.outbox.pending.size, it.kept.size]).toEqual([0, 0]);
});

test("what the server will not have stays with its reason, and the next goes out", async () => {
  it.answer = async (pending) => {
    if (words(pending) === "一") throw refusedAs(403, "NotAllowedHere");
    return 2;
  };
  const id = await it.outbox.add(text("一"));
  await it.outbox.add(text("二"));
  await settled();
  expect([it.said, it.outbox.pending.get(id)?.refusal?.error]).toEqual([["一", "二"], "NotAllowedHere"]);
  it.answer = async () => 3;
  await it.outbox.retry(id);
  await settled();
  expect([it.said.at(-1), it.outbox.pending.get(id)?.seq]).toEqual(["一", 3]);
});

test.each([
  ["the network is gone", new Unreachable("cut")],
  ["the server asks to wait", refusedAs(429, "TooFast", 0.02)],
  ["the server has a fault", refusedAs(500, "Broken")],
])("it is said again under its name, and before what follows, when %s", async (_, problem) => {
  vi.spyOn(Math, "random").mockReturnValue(0.02);
  const names: string[] = [];
  it.answer = async ({ client_id }) => {
    names.push(client_id);
    if (names.length < 3) throw problem;
    return 1;
  };
  const id = await it.outbox.add(text("一"));
  const next = await it.outbox.add(text("二"));
  await vi.waitFor(() => expect(names).toEqual([id, id, id, next]), { timeout: 3_000 });
  vi.restoreAllMocks();
});

test("nothing is said while there is no connection, and everything once there is", async () => {
  it.live = false;
  await it.outbox.add(text("一"));
  await it.outbox.add(text("二"));
  await settled();
  expect(it.said).toEqual([]);
  it.live = true;
  it.outbox.wake();
  await settled();
  expect(it.said).toEqual(["一", "二"]);
});

test("what an earlier page left is said under the name that it had", async () => {
  const names: string[] = [];
  it.answer = async ({ client_id }) => names.push(client_id);
  it.outbox.load([{ ...text("一"), client_id: "web-old", written_at: 1 }]);
  await settled();
  expect(names).toEqual(["web-old"]);
});

test("what another page knows to be over is over here", async () => {
  it.live = false;
  const id = await it.outbox.add(text("一"));
  await it.outbox.discard(id);
  it.live = true;
  it.outbox.wake();
  await settled();
  expect([it.said, it.kept.size]).toEqual([[], 0]);
});

test("one conversation that must wait holds up no other", async () => {
  it.answer = async ({ conversation_id }) => {
    if (conversation_id === 7) throw refusedAs(429, "TooFast", 60);
    return 1;
  };
  await it.outbox.add(text("一"));
  await settled();
  await it.outbox.add(text("二"));
  await it.outbox.add({ ...text("elsewhere"), conversation_id: 8 });
  await vi.waitFor(() => expect(it.said).toEqual(["一", "elsewhere"]));
  it.outbox.cut();
});

test("news of one that ended here comes too late to bring it back", async () => {
  const heard = { ...text("一"), client_id: "web-1", written_at: 1, seq: 5 };
  it.heard = 5;
  it.outbox.learn(heard);
  expect(it.outbox.pending.size).toBe(0);
  it.heard = 0;
  it.outbox.learn({ ...heard, client_id: "web-2" });
  it.outbox.seen("web-2");
  it.outbox.learn({ ...heard, client_id: "web-2" });
  expect(it.outbox.pending.size).toBe(0);
});

test("a file that is gone is refused, and those after it go out", async () => {
  it.upload = async ({ file }) => {
    if (file!.name === "gone.png") throw refusedAs(410, "FileGone");
    return file!.name;
  };
  const id = await it.outbox.add(file("gone.png"));
  await it.outbox.add(file("b.png"));
  await settled();
  expect([it.said, it.outbox.pending.get(id)?.refusal?.error]).toEqual([["b.png"], "FileGone"]);
});

test("what another member's session may not say waits for its own", async () => {
  it.answer = async () => {
    throw refusedAs(403, "CsrfMissing");
  };
  const id = await it.outbox.add(text("一"));
  await settled();
  expect(it.outbox.pending.get(id)?.refusal).toBeUndefined();
  it.outbox.cut();
});

const file = (name = "a.png") => ({
  conversation_id: 7,
  body: { msgtype: "file" as const },
  reply_to: null,
  file: { name, size: 10, media_type: "image/png" },
});

test("a file is uploaded first, and what is written after it does not wait for it", async () => {
  let done: (id: string) => void = () => undefined;
  it.upload = () => new Promise((resolve) => (done = resolve));
  await it.outbox.add(file());
  await it.outbox.add(text("二"));
  await settled();
  expect(it.said).toEqual(["二"]);
  done("u7");
  await settled();
  expect(it.said).toEqual(["二", "u7"]);
});

test("files go out in the order in which they were chosen, whichever is here first", async () => {
  const done: (() => void)[] = [];
  it.upload = ({ file }) => new Promise((resolve) => done.push(() => resolve(file!.name)));
  await it.outbox.add(file("a.png"));
  await it.outbox.add(file("b.png"));
  await settled();
  done[1]!();
  await settled();
  expect(it.said).toEqual([]);
  done[0]!();
  await settled();
  expect(it.said).toEqual(["a.png", "b.png"]);
});

test("where an upload was begun is kept, to go on from there", async () => {
  it.upload = async (_, moved) => {
    moved(4, "/api/uploads/u9");
    throw new Unreachable("cut");
  };
  const id = await it.outbox.add(file());
  await settled();
  expect([it.kept.get(id)?.file?.url, it.outbox.progress.get(id)?.retry_at]).toEqual(["/api/uploads/u9", expect.any(Number)]);
  it.outbox.cut();
});

test("an upload that lay too long is made anew", async () => {
  let uploads = 0;
  it.upload = async () => `u${(uploads += 1)}`;
  it.answer = async ({ file }) => {
    if (file?.upload === "u1") throw refusedAs(404, "NoSuchUpload");
    return 5;
  };
  await it.outbox.add(file());
  await settled();
  expect(it.said).toEqual(["u1", "u2"]);
});

test("discarding a file stops its upload", async () => {
  let signal: AbortSignal | undefined;
  it.upload = (_, __, given) =>
    new Promise((___, reject) => {
      signal = given;
      given.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    });
  const id = await it.outbox.add(file());
  await settled();
  await it.outbox.discard(id);
  await settled();
  expect([signal?.aborted, it.outbox.pending.size, it.said]).toEqual([true, 0, []]);
});
