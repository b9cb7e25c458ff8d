// The API, typed by its own document. Refusals are thrown as `Refused`, in the words of the server.
import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./api.gen";

export interface Refusal {
  error: string;
  message: string;
  request_id: string;
  facts: Record<string, unknown>;
}

/** The server said no, and why. `retryAfter`: the same may be answered otherwise after so many seconds. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly refusal: Refusal,
    readonly retryAfter: number | null,
  ) {
    super(refusal.message);
  }

  get isForNow(): boolean {
    return this.retryAfter !== null || this.status >= 500;
  }
}

/** The server cannot be reached: offline, or it restarts. */
export class Unreachable extends Error {}

type SignedOutListener = () => void;
const signedOut = new Set<SignedOutListener>();

/** Be told when the session has ended on the server. */
export function onSignedOut(listener: SignedOutListener): void {
  signedOut.add(listener);
}

export function tellSignedOut(): void {
  for (const listener of signedOut) listener();
}

function cookie(name: string): string {
  const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** What proves that our own page asks; for requests that are not made through `api`. */
export function csrfHeader(): Record<string, string> {
  return { "X-CSRF-Token": cookie("wecom_csrf") };
}

async function refusedFrom(response: Response): Promise<Refused> {
  const waits = Number(response.headers.get("Retry-After") ?? Number.NaN);
  let refusal: Refusal = { error: "NotOurs", message: `${response.status}`, request_id: "", facts: {} };
  try {
    refusal = { ...refusal, ...((await response.json()) as Partial<Refusal>) };
  } catch {
    // A proxy's page: its status says all there is to say.
  }
  return new Refused(response.status, refusal, Number.isFinite(waits) ? waits : null);
}

const manners: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") {
      for (const [name, value] of Object.entries(csrfHeader())) request.headers.set(name, value);
    }
    return request;
  },
  async onResponse({ response, schemaPath, request }) {
    if (response.ok) return undefined;
    const refused = await refusedFrom(response);
    const signsIn = schemaPath === "/api/session" && request.method === "POST";
    if (response.status === 401 && !signsIn) tellSignedOut();
    throw refused;
  },
  onError({ error }) {
    return error instanceof Refused ? error : new Unreachable(String(error));
  },
};

export const api = createClient<paths>({ baseUrl: "/", querySerializer: { array: { style: "form", explode: true } } });
api.use(manners);

/** The body of an answer: what is refused has been thrown before. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
