// What this device holds to show a code without a network: its key, and the server's word on it.
import { readCertificate, type Level } from "@/pass/bytes";
import type { Compared } from "@/pass/clock";
import { ownKeys } from "@/pass/keys";
import type { Bytes } from "@/pass/base45";
import type { OwnCode } from "@/wire/codes";
import type { Database } from "@/wire/keep/database";

export interface Held {
  codes: OwnCode[];
  clock: Compared;
  /** By policy. */
  certificates: Record<number, Bytes>;
}

const HELD = "health codes";
const KEYS = "health keys";
/** A new one is asked for when so little of the old one is left, in seconds: half a day without a network. */
const ENOUGH = 12 * 3600;

/** Made when it is first needed; where nothing can be kept, for as long as the page is open. */
export async function keysOf(db: Database | null): Promise<CryptoKeyPair> {
  const kept = (await db?.get("facts", KEYS).catch(() => undefined)) as CryptoKeyPair | undefined;
  if (kept) return kept;
  const made = await ownKeys();
  await db?.put("facts", made, KEYS).catch(() => undefined);
  return made;
}

export const heldIn = async (db: Database | null): Promise<Held | null> =>
  ((await db?.get("facts", HELD).catch(() => undefined)) as Held | undefined) ?? null;

export async function hold(db: Database | null, held: Held): Promise<void> {
  await db?.put("facts", held, HELD).catch(() => undefined);
}

/** Whether the server's word says what is so now, and for long enough. `now` in seconds. */
export function suits(bytes: Bytes | undefined, level: Level, version: number, until: number | null, now: number): boolean {
  const certificate = bytes ? readCertificate(bytes) : null;
  if (!certificate || certificate.level !== level || certificate.version !== version) return false;
  // It never outlives the code: one that ends with it is as good as there can be.
  const endsWithCode = until !== null && until - certificate.expires < 60;
  return certificate.expires - now > (endsWithCode ? 0 : ENOUGH);
}
