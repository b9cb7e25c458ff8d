// Points of P-256, compressed to 33 bytes, and whole again: not every browser's WebCrypto takes them compressed.
import type { Bytes } from "./base45";

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const SIZE = 32;

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let left = exponent; left; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

function numberOf(bytes: Uint8Array): bigint {
  let hex = "0x";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return BigInt(hex);
}

function bytesOf(value: bigint): number[] {
  const hex = value.toString(16).padStart(SIZE * 2, "0");
  return Array.from({ length: SIZE }, (_, at) => parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}

/** The 65 bytes of what 33 mean; null: no point of the curve has them. */
export function whole(compressed: Uint8Array): Bytes | null {
  const sign = compressed[0];
  if (compressed.length !== SIZE + 1 || (sign !== 2 && sign !== 3)) return null;
  const x = numberOf(compressed.subarray(1));
  if (x >= P) return null;
  const right = (((x * x - 3n) * x + B) % P + P) % P;
  const root = power(right, (P + 1n) / 4n);
  if ((root * root) % P !== right) return null;
  const y = Number(root & 1n) === (sign & 1) ? root : P - root;
  return new Uint8Array([4, ...bytesOf(x), ...bytesOf(y)]);
}

/** The 33 bytes of what has 65. */
export function compressed(point: Uint8Array): Bytes {
  return new Uint8Array([2 + (point[SIZE * 2]! & 1), ...point.subarray(1, SIZE + 1)]);
}
