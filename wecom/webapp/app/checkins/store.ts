// Checking in: what is expected now, what waits for a network, and doing it.
import { defineStore } from "pinia";
import { ref, shallowRef, watch } from "vue";

import * as wire from "@/wire/checkins";
import type { Now, Place, Punched, Way } from "@/wire/checkins";
import { Refused, Unreachable } from "@/wire/http";
import { newClientId } from "@/wire/pending";
import type { WaitingPunch } from "@/wire/punches";

import { deviceName } from "../enter/device";
import { useChat } from "../stores/chat";

import { located, NoPlace, type Problem } from "./place";
import { PunchQueue } from "./queue";

const DEVICE = "wecom.device";
const TOLD = "checkins";
/** Of a clock that nobody has moved meanwhile. */
const TRUSTED = 600_000;
const MOVED = 2_000;
const GOING_OUT = 5_000;
const CONCERNED = new Set(["member.punch_added", "member.checkin_day_changed", "member.checkin_rule_changed"]);

export interface Doing {
  kind: "regular" | "outside";
  way: Way | null;
  /** By this device's clock: finding out where it is takes its time. */
  at: number;
  note?: string;
  photo?: Blob | undefined;
}

/** The same for as long as this browser keeps it. */
function device(): { id: string; name: string } {
  let id = localStorage.getItem(DEVICE);
  if (!id) localStorage.setItem(DEVICE, (id = newClientId()));
  return { id, name: deviceName(navigator.userAgent).slice(0, 64) };
}

export const useCheckins = defineStore("checkins", () => {
  const chat = useChat();
  const now = shallowRef<Now | null>(null);
  /** It is what this device was told some time ago. */
  const stale = ref(false);
  const problem = shallowRef<unknown>(null);
  const place = shallowRef<Place | null>(null);
  const placeProblem = ref<Problem | null>(null);
  const locating = ref(false);
  const waiting = shallowRef<WaitingPunch[]>([]);
  /** Of these, what is gone when this page is. */
  const unkept = shallowRef<ReadonlySet<string>>(new Set());
  /** What became of the last one that was made here. */
  const outcome = shallowRef<Punched | null>(null);
  const taken = shallowRef<Punched | null>(null);
  /** Another with each change of a day. */
  const changes = ref(0);
  /** By how much the server's clock is ahead of this device's. */
  const skew = ref(0);
  /** When that was found out here, by the clock that is put and the one that is not. */
  let compared: { clock: number; passed: number } | null = null;
  let begun: Promise<PunchQueue> | null = null;
  let findingOut: Promise<void> | null = null;

  /** By the server's clock. */
  const told = (at: number): number => at + skew.value;
  const clock = (): number => told(Date.now());
  const begin = (): Promise<PunchQueue> => (begun ??= first());

  async function first(): Promise<PunchQueue> {
    const account = await chat.begun();
    const db = account?.database ?? null;
    const kept = (await db?.get("facts", TOLD).catch(() => undefined)) as { told: Now; skew: number } | undefined;
    if (kept && !now.value) [now.value, stale.value, skew.value] = [kept.told, true, kept.skew];
    const queue = new PunchQueue(
      `wecom.punches.${chat.me?.id ?? 0}`,
      device,
      { photo: wire.givePhoto, punch: wire.checkIn },
      {
        all: async () => (await db?.getAll("punches").catch(() => [])) ?? [],
        put: async (punch) => (await db?.put("punches", punch).catch(() => undefined)) !== undefined,
        drop: async (id) => void (await db?.delete("punches", id).catch(() => undefined)),
      },
      {
        changed: () => {
          waiting.value = [...queue.waiting.values()].sort((one, other) => one.at - other.at);
          unkept.value = new Set(queue.unkept);
        },
        taken: (punched) => (taken.value = punched),
      },
      skewNow,
    );
    await queue.load();
    addEventListener("online", () => void queue.wake());
    watch(() => chat.connection, (connection) => connection === "live" && void queue.wake());
    chat.entriesHeard.add((entries) => {
      if (entries.some(({ entry }) => CONCERNED.has(entry.kind))) changed();
    });
    return queue;
  }

  function changed(): void {
    changes.value++;
    if (now.value) void again();
  }

  /** Ask what is expected now; what was known stays where there is no network. */
  async function again(): Promise<void> {
    await begin();
    try {
      await asked();
    } catch (error) {
      problem.value = error;
      stale.value = true;
    }
  }

  async function asked(): Promise<void> {
    const [before, passed] = [Date.now(), performance.now()];
    const heard = await wire.now(device().id);
    skew.value = Date.parse(heard.now) - (before + Date.now()) / 2;
    compared = { clock: before, passed };
    [now.value, stale.value, problem.value] = [heard, false, null];
    const db = (await chat.begun())?.database;
    await db?.put("facts", { told: heard, skew: skew.value }, TOLD).catch(() => undefined);
  }

  /** As it is now: clocks are put while a device is without a network. Throws `Unreachable`. */
  async function skewNow(): Promise<number> {
    const passed = compared ? performance.now() - compared.passed : Infinity;
    const isTrusted = compared && passed < TRUSTED && Math.abs(Date.now() - compared.clock - passed) < MOVED;
    if (isTrusted) return skew.value;
    try {
      await asked();
    } catch (error) {
      // No matter what it is: it says nothing of the punch.
      throw error instanceof Refused && error.isOfSession ? error : new Unreachable(String(error));
    }
    return skew.value;
  }

  /** Who asks while it is being found out waits for that. */
  function locate(maximumAge = 0): Promise<void> {
    findingOut ??= found(maximumAge).finally(() => (findingOut = null));
    return findingOut;
  }

  async function found(maximumAge: number): Promise<void> {
    locating.value = true;
    try {
      place.value = await located(maximumAge);
      placeProblem.value = null;
    } catch (error) {
      place.value = null;
      placeProblem.value = error instanceof NoPlace ? error.problem : "unavailable";
    } finally {
      locating.value = false;
    }
  }

  /** What became of it; null: it waits for a network. Throws `Refused`. */
  async function checkIn({ kind, way, at, note = "", photo }: Doing): Promise<Punched | null> {
    const queue = await begin();
    const punch = { client_id: newClientId(), kind, way, note, at, place: place.value, ...(photo ? { photo } : {}) };
    outcome.value = null;
    outcome.value = await queue.add(punch);
    changes.value++;
    if (outcome.value) await again();
    return outcome.value;
  }

  /** How many only this device knows of, when all has gone out that can. */
  async function left(): Promise<number> {
    const queue = await begin();
    await Promise.race([queue.wake(), new Promise((resolve) => setTimeout(resolve, GOING_OUT))]);
    return queue.waiting.size;
  }

  const discard = async (clientId: string): Promise<void> => (await begin()).discard(clientId);

  return {
    ...{ now, stale, problem, place, placeProblem, locating, waiting, unkept, outcome, taken, changes },
    ...{ begin, again, locate, checkIn, discard, left, told, clock },
  };
});
