import { expect, test } from "vitest";

import type { Pending } from "@/wire/pending";

import { straysOf, wordsOf } from "./strays";

const refusal = { error: "NoSuchConversation", message: "no", request_id: "", facts: {} };
const pending = (conversation_id: number, content: string, more: Partial<Pending> = {}): Pending => ({
  client_id: content,
  conversation_id,
  body: { msgtype: "text", content, mentions: [], everyone: false, confidential: false },
  reply_to: null,
  written_at: content.length,
  ...more,
});

test("what was refused where one is no longer is told with its words, the oldest first", () => {
  const image = { msgtype: "image" } as const;
  const waiting = [
    [pending(7, "longer, later", { refusal }), pending(7, "waits")],
    [pending(8, "seen there", { refusal })],
    [pending(9, "first", { refusal }), pending(9, "picture", { refusal, body: image, file: { name: "白板.png", size: 1, media_type: "image/png" } })],
  ];
  expect(straysOf(waiting, (id) => id === 8).map(wordsOf)).toEqual(["first", "白板.png", "longer, later"]);
});
