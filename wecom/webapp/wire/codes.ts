// One's own health codes, and having this device's key certified.
import type { Bytes } from "@/pass/base45";
import { joined } from "@/pass/bytes";
import { publicPoint, signed } from "@/pass/keys";
import { fromBase64, toBase64 } from "@/pass/text64";

import type { components } from "./api.gen";
import { answer, api } from "./http";

type Schemas = components["schemas"];
export type OwnCode = Schemas["OwnHealthCode"];
export type OwnCodes = Schemas["OwnHealthCodes"];

const KEY_WORDS = new TextEncoder().encode("wecom key 1");

export const ownCodes = (): Promise<OwnCodes> => answer(api.GET("/api/health/codes"));

/** The server's word on this device's key and the code's level: a day at most. */
export async function certified(policy_id: number, keys: CryptoKeyPair, challenge: string): Promise<Bytes> {
  const point = await publicPoint(keys);
  const proof = await signed(keys, joined(KEY_WORDS, new TextEncoder().encode(challenge), point));
  const body = { public_key: toBase64(point), challenge, proof: toBase64(proof) };
  const made = await answer(api.POST("/api/health/codes/{policy_id}/certificate", { params: { path: { policy_id } }, body }));
  return fromBase64(made.certificate);
}

/** Say that it is wrong. */
export async function appeal(policy_id: number, words: string): Promise<void> {
  await api.POST("/api/health/codes/{policy_id}/appeals", { params: { path: { policy_id } }, body: { words } });
}
