// The API, typed by its own document. Refusals are thrown as `Refused`, in the words of the server.
import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./api.gen";
import { askedEarly } from "./early";

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

  /** It is not what was asked for that is wrong, but who asks: nobody, or somebody else than this page is for. */
  get isOfSession(): boolean {
    return this.status === 401 || this.refusal.error === "CsrfMissing";
  }

  get isForNow(): boolean {
    return this.retryAfter !== null || this.status >= 500;
  }
}

/** The server cannot be reached: offline, or it restarts. */
export class Unreachable extends Error {}

const PATIENCE = 45_000;

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

const CSRF = "wecom_csrf";

/** Whether a session was begun with this browser. It may have ended since. */
export const hasSession = (): boolean => cookie(CSRF) !== "";

/** Whose session this page acts in. The cookie is the browser's: another page may sign somebody else in. */
let held: { csrf: string; memberId: number; replaced: () => void } | null = null;

/** From now on nothing is asked or said in anybody else's name; `replaced`: somebody else is signed in now. */
export function holdSession(memberId: number, replaced: () => void): void {
  held = { csrf: cookie(CSRF), memberId, replaced };
}

export function releaseSession(memberId: number): void {
  if (held?.memberId === memberId) held = null;
}

/** Throws `Unreachable` where the browser's session is another member's by now. */
async function ours(): Promise<void> {
  const now = cookie(CSRF);
  if (!held || !now || now === held.csrf) return;
  const mine = held;
  const found = await fetch("/api/me").catch(() => null);
  const who = found?.ok ? ((await found.json()) as { id: number }) : null;
  if (held !== mine) return;
  if (who?.id === mine.memberId) mine.csrf = now;
  else {
    if (who) mine.replaced();
    throw new Unreachable("somebody else is signed in with this browser");
  }
}

/** What proves that our own page asks; for requests that are not made through `api`. */
export function csrfHeader(): Record<string, string> {
  return { "X-CSRF-Token": held?.csrf || cookie(CSRF) };
}

export async function refusedFrom(response: Response): Promise<Refused> {
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
  async onRequest({ request }) {
    await ours();
    if (request.method !== "GET") {
      for (const [name, value] of Object.entries(csrfHeader())) request.headers.set(name, value);
    }
    return request;
  },
  async onResponse({ response, schemaPath, request }) {
    if (response.ok) {
      await ours();
      return undefined;
    }
    const refused = await refusedFrom(response);
    const signsIn = schemaPath === "/api/session" && request.method === "POST";
    if (response.status === 401 && !signsIn) tellSignedOut();
    throw refused;
  },
  onError({ error }) {
    return error instanceof Refused || error instanceof Unreachable ? error : new Unreachable(String(error));
  },
};

/** A network that is gone without a word answers never. What is large takes the time that it takes. */
function fetched(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const early = request.method === "GET" ? askedEarly(pathname + search) : undefined;
  if (early) return early;
  if (request.headers.get("Content-Type")?.startsWith("multipart/")) return fetch(request);
  return fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE)]) });
}

export const api = createClient<paths>({ baseUrl: "/", fetch: fetched, querySerializer: { array: { style: "form", explode: true } } });
api.use(manners);

/** The body of an answer: what is refused has been thrown before. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
