// What a code says, byte by byte (docs/health-codes.md): the server's certificate, the step of time, the phone's signature.
import { fromBase45, toBase45, type Bytes } from "./base45";

export type Level = "green" | "yellow" | "red";

export interface Certificate {
  kid: number;
  /** As digits: it has 64 bits. */
  serial: string;
  policy: number;
  version: number;
  level: Level;
  /** Seconds since 1970. */
  issued: number;
  expires: number;
  name: string;
  /** The phone's key, compressed. */
  point: Bytes;
  /** All that the server has signed. */
  signed: Bytes;
  signature: Bytes;
  bytes: Bytes;
}

export interface Pass {
  certificate: Certificate;
  /** Which half minute since 1970. */
  step: number;
  signature: Bytes;
}

export const STEP = 30;
const PREFIX = "WH1:";
const SPOKEN = new TextEncoder().encode("wecom pass 1");
const LEVELS: (Level | undefined)[] = [undefined, "green", "yellow", "red"];
const FORMAT = 1;
const HEAD = 29;
const POINT = 33;
const SIGNATURE = 64;
const LONGEST_NAME = 40;
const LONGEST_TEXT = 600;

export function joined(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What the phone signs in each step. */
export const spoken = (certificate: Uint8Array, step: number): Bytes => joined(SPOKEN, certificate, four(step));

function four(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Null: this is no certificate, or there is more than that. */
export function readCertificate(bytes: Bytes): Certificate | null {
  if (bytes.length < HEAD || bytes[0] !== FORMAT) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [level, length] = [LEVELS[view.getUint8(19)], view.getUint8(28)];
  const keyAt = HEAD + length;
  const signatureAt = keyAt + POINT;
  if (!level || length > LONGEST_NAME || bytes.length !== signatureAt + SIGNATURE) return null;
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(HEAD, keyAt));
  } catch {
    return null;
  }
  return {
    ...{ kid: view.getUint32(1), serial: `${view.getBigUint64(5)}`, policy: view.getUint32(13), version: view.getUint16(17) },
    ...{ level, issued: view.getUint32(20), expires: view.getUint32(24), name, bytes },
    ...{ point: bytes.slice(keyAt, signatureAt), signed: bytes.slice(0, signatureAt), signature: bytes.slice(signatureAt) },
  };
}

export function writePass(certificate: Uint8Array, step: number, signature: Uint8Array): string {
  return PREFIX + toBase45(joined(certificate, four(step), signature));
}

/** Null: this is no pass that we know how to read. */
export function readPass(text: string): Pass | null {
  const said = text.replace(/[\r\n\t]+$/, "");
  const bytes = said.startsWith(PREFIX) && said.length <= LONGEST_TEXT ? fromBase45(said.slice(PREFIX.length)) : null;
  const end = (bytes?.length ?? 0) - 4 - SIGNATURE;
  const certificate = bytes && end > 0 ? readCertificate(bytes.slice(0, end)) : null;
  if (!bytes || !certificate) return null;
  return { certificate, step: new DataView(bytes.buffer).getUint32(end), signature: bytes.slice(end + 4) };
}
