// Base45 (RFC 9285): bytes in the letters that a QR code packs most densely.

export type Bytes = Uint8Array<ArrayBuffer>;

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map([...LETTERS].map((letter, value) => [letter, value]));

export function toBase45(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    let value = isPair ? bytes[at]! * 256 + bytes[at + 1]! : bytes[at]!;
    for (let letters = isPair ? 3 : 2; letters; letters--) {
      text += LETTERS[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

/** Null: this is no base45. */
export function fromBase45(text: string): Bytes | null {
  if (text.length % 3 === 1) return null;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const [low, middle, high] = [VALUES.get(text[at]!), VALUES.get(text[at + 1]!), at + 2 < text.length ? VALUES.get(text[at + 2]!) : 0];
    if (low === undefined || middle === undefined || high === undefined) return null;
    const value = low + middle * 45 + high * 2025;
    const isPair = at + 2 < text.length;
    if (value > (isPair ? 0xffff : 0xff)) return null;
    if (isPair) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return new Uint8Array(bytes);
}
