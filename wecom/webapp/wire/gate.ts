// What a gate asks of the server, by a key of its own: it has no session, and nobody is signed in there.
import { refusedFrom, Unreachable } from "./http";

import type { Level } from "@/pass/bytes";
import type { Why } from "@/pass/verify";

export interface Enrolled {
  gate_id: number;
  name: string;
  place: string;
  key: string;
}

/** As the server tells it, and as it is kept for when there is no network. */
export interface Knowledge {
  gate_id: number;
  name: string;
  place: string;
  server_now: string;
  keys: { kid: number; public_key: string; until: string | null }[];
  policies: { id: number; name: string; labels: Record<Level, Record<string, string>>; admits: Level[] }[];
  revoked: number[];
  longest_age_s: number;
}

export interface Passage {
  id: string;
  /** By the gate's own clock. */
  at: string;
  /** By how much it takes the server's to be ahead. */
  offset_ms: number;
  serial: number | null;
  step: number | null;
  level: Level | null;
  decision: "admitted" | "refused";
  why: Why | "";
}

export interface Kept {
  id: string;
  kept: "new" | "again";
  /** Where it was let through before. */
  replayed_at_gate: number | null;
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
