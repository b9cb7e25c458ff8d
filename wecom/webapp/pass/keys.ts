// P-256 as WebCrypto has it: a phone's own key, which cannot be taken from it, and others' to verify with.
import type { Bytes } from "./base45";
import { spoken, writePass } from "./bytes";
import { compressed, whole } from "./point";

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const HOW = { name: "ECDSA", hash: "SHA-256" } as const;

/** The secret half never leaves this browser: it is kept as a key, not as bytes. */
export const ownKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);

export async function signed(keys: CryptoKeyPair, what: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(HOW, keys.privateKey, what));
}

/** 65 bytes, as the server takes it. */
export async function publicPoint(keys: CryptoKeyPair): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
}

/** Of 33 bytes or of 65; null: this is no key. */
export async function keyOf(point: Uint8Array): Promise<CryptoKey | null> {
  const bytes = point.length === 65 ? whole(compressed(point)) : whole(point);
  if (!bytes || (point.length === 65 && point.some((byte, at) => byte !== bytes[at]))) return null;
  return crypto.subtle.importKey("raw", bytes, CURVE, true, ["verify"]);
}

export const holds = (key: CryptoKey, signature: Bytes, what: Bytes): Promise<boolean> => crypto.subtle.verify(HOW, key, signature, what);

/** What the code shows in this step of time. */
export async function passOf(certificate: Bytes, keys: CryptoKeyPair, step: number): Promise<string> {
  return writePass(certificate, step, await signed(keys, spoken(certificate, step)));
}
