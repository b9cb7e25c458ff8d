// The gate: what it knows and since when, its verdicts, and telling the server of them when there is a network.
import { computed, ref, shallowRef } from "vue";

import type { Level } from "@/pass/bytes";
import { asking, ServerClock } from "@/pass/clock";
import { keyOf } from "@/pass/keys";
import { fromBase64 } from "@/pass/text64";
import { TOLERANCE, verdictOn, type Known, type Verdict } from "@/pass/verify";
import * as wire from "@/wire/gate";
import { Refused, Unreachable } from "@/wire/http";

import { Keep } from "./keep";

export type Shown = Verdict & {
  /** By the server's clock, in milliseconds. */
  at: number;
  /** By language. */
  labels: Record<string, string>;
  policy: string;
};

type State = "starting" | "new" | "ready" | "unkept";

const ASK_EVERY = 30_000;
const REPORT_AFTER = 1_500;
const LONGEST_PAUSE = 300_000;
/** Seconds for which an admitted step is remembered: it is stale long before. */
const REMEMBERED = 10 * TOLERANCE;

export const state = ref<State>("starting");
export const knowledge = shallowRef<wire.Knowledge | null>(null);
export const waiting = ref(0);
export const online = ref(false);
/** An officer has ended this gate, or given its place to another device. */
export const ended = ref(false);
/** Passes that were used at another gate as well, as the server found out since this page was opened. */
export const replayed = ref(0);
/** Milliseconds, by the server's clock, each second. */
export const now = ref(Date.now());
export const age = computed(() => (knowledge.value ? Math.max(0, (now.value - Date.parse(knowledge.value.server_now)) / 1000) : 0));
export const isTooOld = computed(() => (knowledge.value ? age.value > knowledge.value.longest_age_s : true));
export const isOld = computed(() => (knowledge.value ? age.value > knowledge.value.longest_age_s / 2 : true));

let keep: Keep;
let clock = new ServerClock();
let known: Known | null = null;
let key = "";
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
/** One after the other: two frames of one code are one. */
let turn: Promise<unknown> = Promise.resolve();

export async function begin(): Promise<void> {
  try {
    keep = await Keep.open();
  } catch {
    state.value = "unkept";
    return;
  }
  const [kept, told, compared] = await Promise.all([keep.fact("key"), keep.fact("knowledge"), keep.fact("clock")]);
  clock = new ServerClock(compared);
  setInterval(() => (now.value = clock.now()), 1000);
  addEventListener("online", () => void refresh());
  addEventListener("offline", () => (online.value = false));
  addEventListener("pageshow", () => void refresh());
  waiting.value = await keep.count();
  key = kept ?? "";
  if (told) await take(told);
  state.value = key ? "ready" : "new";
  await refresh();
}

/** By the code that an officer was given. Throws what the server refuses. */
export async function enrol(code: string): Promise<void> {
  const enrolled = await wire.enrol(code);
  key = enrolled.key;
  await keep.learn({ key });
  [ended.value, failures] = [false, 0];
  await ask();
  state.value = "ready";
  schedule();
}

/** This device is no gate any more; what waits is told first, where it can be. */
export async function leave(): Promise<void> {
  await report().catch(() => undefined);
  clearTimeout(timer);
  await keep.forgetAll();
  [key, known, knowledge.value, waiting.value, state.value] = ["", null, null, 0, "new"];
}

async function take(told: wire.Knowledge): Promise<void> {
  const keys = await Promise.all(told.keys.map(async (each) => ({ ...each, key: await keyOf(fromBase64(each.public_key)) })));
  known = {
    keys: new Map(keys.flatMap(({ kid, key: held, until }) => (held ? [[kid, { key: held, until: until === null ? null : Date.parse(until) / 1000 }]] : []))),
    admits: new Map(told.policies.map(({ id, admits }) => [id, admits])),
    revoked: new Set(told.revoked.map(String)),
    told: Date.parse(told.server_now) / 1000,
    longest_age: told.longest_age_s,
  };
  knowledge.value = told;
  now.value = clock.now();
}

async function ask(): Promise<void> {
  const asked = asking();
  const told = await wire.knowledge(key);
  const compared = clock.told(Date.parse(told.server_now), asked);
  await keep.learn({ knowledge: told, clock: compared });
  await take(told);
  online.value = true;
}

async function report(): Promise<void> {
  const gate = knowledge.value?.gate_id;
  if (gate === undefined) return;
  for (let batch = await keep.waiting(gate, wire.BATCH); batch.length; batch = await keep.waiting(gate, wire.BATCH)) {
    const answered = await wire.report(key, batch.map(({ passage }) => passage));
    // What the server does not name is told again.
    if (!answered.length) break;
    replayed.value += answered.filter((each) => each.kept === "new" && each.replayed_at_gate).length;
    await keep.reported(answered.map((each) => each.id));
    waiting.value = await keep.count();
  }
}

/** Tell what waits, and ask what is new; again in a while, whatever comes of it. */
export async function refresh(): Promise<void> {
  clearTimeout(timer);
  if (!key) return;
  try {
    await navigator.locks.request("wecom-gate", async () => {
      await ask();
      await report();
      await keep.forgetSteps(clock.now() / 1000 - REMEMBERED);
    });
    [failures, online.value] = [0, true];
  } catch (error) {
    failures += 1;
    online.value = error instanceof Refused;
    if (error instanceof Refused && error.status === 401) return dismissed();
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
  } finally {
    schedule();
  }
}

async function dismissed(): Promise<void> {
  await keep.forget();
  [key, known, knowledge.value, ended.value, state.value] = ["", null, null, true, "new"];
}

function schedule(after = Math.min(ASK_EVERY * 2 ** Math.min(failures, 4), LONGEST_PAUSE)): void {
  clearTimeout(timer);
  if (key) timer = setTimeout(() => void refresh(), after);
}

/** What a code is worth. It is kept before it is shown. */
export function check(text: string): Promise<Shown> {
  const checked = turn.then(() => judge(text));
  turn = checked.catch(() => undefined);
  return checked;
}

async function judge(text: string): Promise<Shown> {
  const [at, own] = [clock.now(), Date.now()];
  if (!known) return shown({ admitted: false, why: "old_knowledge", certificate: null, pass: null }, at);
  const verdict = await verdictOn(text, known, at / 1000, (serial, step) => keep.wasSeen(serial, step));
  const { certificate, pass } = verdict;
  const passage: wire.Passage = {
    ...{ id: crypto.randomUUID(), at: new Date(own).toISOString(), offset_ms: Math.round(at - own) },
    ...{ serial: certificate ? Number(certificate.serial) : null, step: certificate && pass ? pass.step : null, level: certificate?.level ?? null },
    ...{ decision: verdict.admitted ? "admitted" : "refused", why: verdict.why ?? "" },
  };
  const gate = knowledge.value!.gate_id;
  if (verdict.admitted && !(await keep.admit({ passage, gate }, certificate!.serial, pass!.step))) {
    Object.assign(verdict, { admitted: false, why: "replayed" });
    Object.assign(passage, { decision: "refused", why: "replayed" });
  }
  if (!verdict.admitted) await keep.refuse({ passage, gate });
  waiting.value += 1;
  if (!failures) schedule(REPORT_AFTER);
  return shown(verdict, at);
}

function shown(verdict: Verdict, at: number): Shown {
  const { certificate } = verdict;
  const policy = knowledge.value?.policies.find((each) => each.id === certificate?.policy);
  const level: Level | undefined = certificate?.level;
  return { ...verdict, at, labels: (level && policy?.labels[level]) ?? {}, policy: policy?.name ?? "" };
}
