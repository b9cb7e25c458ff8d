// What a gate asks of the server, by a key of its own: it has no session, and nobody is signed in there.
import type { components } from "./api.gen";
import { refusedFrom, Unreachable } from "./http";

type Schemas = components["schemas"];
export type Enrolled = Schemas["EnrolledGate"];
/** As the server tells it, and as it is kept for when there is no network. */
export type Knowledge = Schemas["GateKnowledge"];
export type Passage = Required<Schemas["GatePassage"]>;
export type Kept = Schemas["KeptPassage"];

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
