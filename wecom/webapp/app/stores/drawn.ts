// Messages that wait, as they are drawn until their entries come.
import type { Message } from "@/state/model";
import type { Refusal } from "@/wire/http";
import type { Pending, Progress } from "@/wire/pending";

/** A message as it is drawn: one that waits has no `seq` yet, and says how far it has come. */
export type Shown = Message & {
  pending?: "waiting" | "sending" | "refused";
  refusal?: Refusal;
  /** How much of its file is uploaded, from 0 to 1. */
  progress?: number;
  retry_at?: number;
};

const GREY = "#808080";

export function drawn(pending: Pending, me: number, progress: Progress | undefined): Shown {
  const { client_id, file, reply_to, refusal } = pending;
  return {
    seq: 0,
    sender_id: me,
    client_id,
    sent_at: new Date(pending.written_at).toISOString(),
    reply_to,
    recalled: false,
    content: content(pending),
    pending: stage(pending, progress),
    ...(refusal !== undefined && { refusal }),
    ...(progress?.retry_at !== undefined && { retry_at: progress.retry_at }),
    ...(file && { progress: file.upload ? 1 : (progress?.sent ?? 0) / Math.max(1, file.size) }),
  };
}

function stage({ refusal, seq }: Pending, progress: Progress | undefined): Shown["pending"] {
  if (refusal !== undefined) return "refused";
  return progress?.sending || seq !== undefined ? "sending" : "waiting";
}

/** Of a file, what its sender knows of it: the server has not looked at it yet. */
function content({ body, file }: Pending): Message["content"] {
  if (!file) return body as Message["content"];
  const { name, size, media_type, width = 0, height = 0 } = file;
  const about = { name, size, media_type, confidential: false };
  return body.msgtype === "image"
    ? { msgtype: "image", ...about, width, height, color: GREY }
    : { msgtype: "file", ...about };
}
