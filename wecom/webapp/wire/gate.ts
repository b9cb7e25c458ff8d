// What a gate asks of the server, by a key of its own: it has no session, and nobody is signed in there.
import { refusedFrom, Unreachable } from "./http";

import type { Level } from "@/pass/bytes";
import type { Why } from "@/pass/verify";

export interface Enrolled {
  key: string;
  gate: { id: number; name: string; place: string };
}

/** As the server tells it, and as it is kept for when there is no network. */
export interface Knowledge {
  server_now: string;
  gate: { id: number; name: string; place: string };
  keys: { kid: number; public_key: string; until: string }[];
  policies: { id: number; name: string; labels: Record<Level, string>; admits: Level[] }[];
  revoked: (string | number)[];
  longest_age_s: number;
}

export interface Passage {
  id: string;
  /** By the server's clock, as this gate knew it. */
  at: string;
  /** By how much that was ahead of the gate's own. */
  offset_ms: number;
  serial: string | null;
  step: number | null;
  level: Level | null;
  decision: "admitted" | "refused";
  why: Why | null;
}

export interface Kept {
  id: string;
  kept: "new" | "again";
  /** Where it was let through before. */
  replayed_at_gate?: string | null;
}

/** Most at once. */
export const BATCH = 500;
const PATIENCE = 20_000;

async function asked<T>(method: "GET" | "POST", path: string, key: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
      headers: { ...(key && { Authorization: `Bearer ${key}` }), ...(body !== undefined && { "Content-Type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.ok) return (await response.json()) as T;
  } catch (error) {
    throw new Unreachable(String(error));
  }
  throw await refusedFrom(response);
}

export const enrol = (code: string): Promise<Enrolled> => asked("POST", "/api/gate/enrol", "", { code });
export const knowledge = (key: string): Promise<Knowledge> => asked("GET", "/api/gate/knowledge", key);
export const report = async (key: string, passages: Passage[]): Promise<Kept[]> =>
  (await asked<{ passages: Kept[] }>("POST", "/api/gate/passages", key, { passages })).passages;
