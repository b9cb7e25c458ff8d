// Whether a pass lets somebody through: the rules of docs/health-codes.md, in their order. Needs no network.
import { readPass, spoken, STEP, type Certificate, type Level, type Pass } from "./bytes";
import { holds, keyOf } from "./keys";

export type Why =
  | "unknown_format"
  | "unknown_key"
  | "forged"
  | "expired"
  | "revoked"
  | "stale"
  | "replayed"
  | "level"
  | "old_knowledge";

export interface Known {
  /** Of the server, by their number. */
  keys: ReadonlyMap<number, { key: CryptoKey; until: number | null }>;
  /** Whom this gate admits, by policy. */
  admits: ReadonlyMap<number, readonly Level[]>;
  revoked: ReadonlySet<string>;
  /** When the server last told all this, in seconds; and for how long that is good. */
  told: number;
  longest_age: number;
}

export interface Verdict {
  admitted: boolean;
  why: Why | null;
  /** Only of what is known to be genuine: nothing that somebody else has written is shown as a name. */
  certificate: Certificate | null;
  pass: Pass | null;
}

/** How far a phone's clock, put right, may be from the gate's. */
export const TOLERANCE = 90;

type Seen = (serial: string, step: number) => boolean | Promise<boolean>;

/** `now`: seconds by the server's clock, as far as it is known. `seen`: whether it was admitted before. */
export async function verdictOn(text: string, known: Known, now: number, seen: Seen): Promise<Verdict> {
  const pass = readPass(text);
  if (!pass) return { admitted: false, why: "unknown_format", certificate: null, pass: null };
  const { certificate } = pass;
  const refused = (why: Why, genuine = true): Verdict => ({ admitted: false, why, certificate: genuine ? certificate : null, pass });
  const server = known.keys.get(certificate.kid);
  if (!server || (server.until !== null && server.until <= now)) return refused("unknown_key", false);
  if (!(await holds(server.key, certificate.signature, certificate.signed))) return refused("forged", false);
  const key = await keyOf(certificate.point);
  if (!key || !(await holds(key, pass.signature, spoken(certificate.bytes, pass.step)))) return refused("forged", false);
  if (certificate.expires <= now) return refused("expired");
  if (known.revoked.has(certificate.serial)) return refused("revoked");
  if (Math.abs(pass.step * STEP - now) > TOLERANCE) return refused("stale");
  if (await seen(certificate.serial, pass.step)) return refused("replayed");
  const admits = known.admits.get(certificate.policy);
  if (!admits?.includes(certificate.level)) return refused("level");
  if (now - known.told > known.longest_age) return refused("old_knowledge");
  return { admitted: true, why: null, certificate, pass };
}
