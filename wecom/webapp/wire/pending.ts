// A message that was said here and is not known to be durable yet.
import type { components } from "./api.gen";
import type { Refusal } from "./http";

export type Body = components["schemas"]["NewMessage"]["body"];

/** A file that goes with a message; the bytes themselves are kept apart. */
export interface Attached {
  name: string;
  size: number;
  media_type: string;
  width?: number;
  height?: number;
  /** Where the upload was begun, to go on from there. */
  url?: string;
  /** The upload is complete. */
  upload?: string;
}

export interface Pending {
  client_id: string;
  conversation_id: number;
  /** What is sent; of a file only its kind. */
  body: Body | { msgtype: "image" | "file" };
  reply_to: number | null;
  written_at: number;
  file?: Attached;
  /** Why the server will not have it; it stays until it is retried or discarded. */
  refusal?: Refusal;
  /** Where it has come to stand. */
  seq?: number;
}

/** What only this session knows of a message that waits. */
export interface Progress {
  sending: boolean;
  sent?: number;
  retry_at?: number;
}

let last = 0;

/** A name for a message that nobody else has chosen, also where the page is not secure. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The time, and never the same twice: what is written later stands later. */
export function momentOfWriting(): number {
  last = Math.max(Date.now(), last + 1);
  return last;
}
