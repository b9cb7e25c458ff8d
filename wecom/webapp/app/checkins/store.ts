// Checking in: what is expected now, what waits for a network, and doing it.
import { defineStore } from "pinia";
import { ref, shallowRef, watch } from "vue";

import * as wire from "@/wire/checkins";
import type { Now, Place, Punched, Way } from "@/wire/checkins";
import { newClientId } from "@/wire/pending";
import type { WaitingPunch } from "@/wire/punches";

import { deviceName } from "../enter/device";
import { useChat } from "../stores/chat";

import { located, NoPlace, type Problem } from "./place";
import { PunchQueue } from "./queue";

const DEVICE = "wecom.device";
const TOLD = "checkins";
const CONCERNED = new Set(["member.punch_added", "member.checkin_day_changed", "member.checkin_rule_changed"]);

export interface Doing {
  kind: "regular" | "outside";
  way: Way | null;
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
  /** What became of the last one that was made here. */
  const outcome = shallowRef<Punched | null>(null);
  const taken = shallowRef<Punched | null>(null);
  /** Another with each change of a day. */
  const changes = ref(0);
  /** By how much the server's clock is ahead of this device's. */
  let skew = 0;
  let begun: Promise<PunchQueue> | null = null;

  const clock = (): number => Date.now() + skew;
  const begin = (): Promise<PunchQueue> => (begun ??= first());

  async function first(): Promise<PunchQueue> {
    const account = await chat.begun();
    const db = account?.database ?? null;
    const kept = (await db?.get("facts", TOLD).catch(() => undefined)) as { told: Now; skew: number } | undefined;
    if (kept && !now.value) [now.value, stale.value, skew] = [kept.told, true, kept.skew];
    const queue = new PunchQueue(
      `wecom.punches.${chat.me?.id ?? 0}`,
      device,
      { photo: wire.givePhoto, punch: wire.checkIn },
      {
        all: async () => (await db?.getAll("punches").catch(() => [])) ?? [],
        put: async (punch) => void (await db?.put("punches", punch).catch(() => undefined)),
        drop: async (id) => void (await db?.delete("punches", id).catch(() => undefined)),
      },
      {
        changed: () => (waiting.value = [...queue.waiting.values()].sort((one, other) => one.at - other.at)),
        taken: (punched) => (taken.value = punched),
      },
      clock,
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
    const asked = Date.now();
    try {
      const told = await wire.now(device().id);
      skew = Date.parse(told.now) - (asked + Date.now()) / 2;
      [now.value, stale.value, problem.value] = [told, false, null];
      const db = (await chat.begun())?.database;
      await db?.put("facts", { told, skew }, TOLD).catch(() => undefined);
    } catch (error) {
      problem.value = error;
      stale.value = true;
    }
  }

  async function locate(maximumAge = 0): Promise<void> {
    if (locating.value) return;
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
  async function checkIn({ kind, way, note = "", photo }: Doing): Promise<Punched | null> {
    const queue = await begin();
    const punch = { client_id: newClientId(), kind, way, note, at: clock(), place: place.value, ...(photo ? { photo } : {}) };
    outcome.value = null;
    outcome.value = await queue.add(punch);
    changes.value++;
    if (outcome.value) await again();
    return outcome.value;
  }

  const discard = async (clientId: string): Promise<void> => (await begin()).discard(clientId);

  return {
    ...{ now, stale, problem, place, placeProblem, locating, waiting, outcome, taken, changes },
    ...{ begin, again, locate, checkIn, discard, clock },
  };
});
