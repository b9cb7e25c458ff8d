// One's own health codes: as the server said last, and what this device needs to show them without it.
import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";

import type { Bytes } from "@/pass/base45";
import { readCertificate, STEP, type Certificate } from "@/pass/bytes";
import { asking, ServerClock } from "@/pass/clock";
import { passOf } from "@/pass/keys";
import * as wire from "@/wire/codes";
import type { OwnCode } from "@/wire/codes";

import { useChat } from "../stores/chat";

import { heldIn, hold, keysOf, suits } from "./held";

const CONCERNED = "health.code_changed";

export const useCodes = defineStore("codes", () => {
  const chat = useChat();
  const codes = shallowRef<OwnCode[] | null>(null);
  /** It is what this device was told some time ago. */
  const stale = ref(false);
  const problem = shallowRef<unknown>(null);
  const certificates = shallowRef<Record<number, Bytes>>({});
  let clock = new ServerClock();
  let keys: CryptoKeyPair | null = null;
  let begun: Promise<void> | null = null;
  let asked: Promise<void> | null = null;

  const database = async () => (await chat.begun())?.database ?? null;
  const begin = (): Promise<void> => (begun ??= first());
  /** Milliseconds, by the server's clock. */
  const now = (): number => clock.now();

  async function first(): Promise<void> {
    const db = await database();
    const held = await heldIn(db);
    if (held) {
      clock = new ServerClock(held.clock);
      [codes.value, certificates.value, stale.value] = [held.codes, held.certificates, true];
    }
    chat.entriesHeard.add((entries) => {
      if (entries.some(({ entry }) => entry.kind === CONCERNED)) void again();
    });
  }

  /** Ask what is so now, and have it certified. What was known stays where there is no network. */
  function again(): Promise<void> {
    asked ??= renewed().finally(() => (asked = null));
    return asked;
  }

  async function renewed(): Promise<void> {
    await begin();
    try {
      const question = asking();
      const told = await wire.ownCodes();
      clock.told(Date.parse(told.server_now), question);
      [codes.value, stale.value, problem.value] = [told.codes, false, null];
      await certify(told);
    } catch (error) {
      [problem.value, stale.value] = [error, true];
    }
    await hold(await database(), { codes: codes.value ?? [], clock: clock.compared, certificates: certificates.value });
  }

  async function certify({ codes: own, challenge }: wire.OwnCodes): Promise<void> {
    const seconds = now() / 1000;
    const found: Record<number, Bytes> = {};
    const db = await database();
    keys ??= await keysOf(db);
    for (const { policy_id: policy, level, version, valid_until } of own) {
      const held = certificates.value[policy];
      const until = valid_until ? Date.parse(valid_until) / 1000 : null;
      found[policy] = held && suits(held, level, version, until, seconds) ? held : await wire.certified(policy, keys, challenge);
    }
    certificates.value = found;
  }

  /** Null: there is none that holds now. */
  function certificateOf(policy: number): Certificate | null {
    const bytes = certificates.value[policy];
    const certificate = bytes ? readCertificate(bytes) : null;
    return certificate && certificate.expires > now() / 1000 ? certificate : null;
  }

  /** What is shown for half a minute; null: nothing can be. */
  async function passNow(policy: number): Promise<string | null> {
    const certificate = certificateOf(policy);
    if (!certificate) return null;
    keys ??= await keysOf(await database());
    return passOf(certificate.bytes, keys, Math.floor(now() / 1000 / STEP));
  }

  async function appeal(policy: number, words: string): Promise<void> {
    await wire.appeal(policy, words);
    await again();
  }

  return { codes, stale, problem, certificates, begin, again, now, certificateOf, passNow, appeal };
});
