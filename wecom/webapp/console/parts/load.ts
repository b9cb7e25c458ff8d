// Asking the server for what a screen shows, and doing what somebody asked for: with the states in between.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from "vue";

import { i18n } from "@/text";
import { reason } from "@/text/reason";
import { Refused, Unreachable } from "@/wire/http";

import { notice } from "./notice";

/** What to tell a person of something that went wrong; what is no refusal is a fault of ours and thrown on. */
export function said(error: unknown): string {
  if (error instanceof Refused || error instanceof Unreachable) return reason(error);
  throw error;
}

export interface Loaded<T> {
  value: ShallowRef<T | null>;
  problem: Ref<string>;
  busy: Ref<boolean>;
  reload: () => Promise<void>;
}

/** What `ask` answers, asked again whenever one of `on` changes; the answer to an older question is dropped. */
export function useLoad<T>(ask: () => Promise<T>, on: WatchSource[] = []): Loaded<T> {
  const value = shallowRef<T | null>(null) as ShallowRef<T | null>;
  const problem = ref("");
  const busy = ref(false);
  let turn = 0;

  async function reload(): Promise<void> {
    const mine = ++turn;
    busy.value = true;
    try {
      const got = await ask();
      if (mine !== turn) return;
      value.value = got;
      problem.value = "";
    } catch (error) {
      if (mine === turn) problem.value = said(error);
    } finally {
      if (mine === turn) busy.value = false;
    }
  }

  watch(on, () => void reload(), { immediate: true });
  return { value, problem, busy, reload };
}

export interface Act {
  busy: Ref<boolean>;
  problem: Ref<string>;
  /** By field, as far as the server named one. */
  fields: Ref<Record<string, string>>;
  /** Whether it was done. */
  run: (what: () => Promise<unknown>, told?: string) => Promise<boolean>;
}

/** Something that changes the company: once at a time, its refusal kept beside it. */
export function useAct(): Act {
  const busy = ref(false);
  const problem = ref("");
  const fields = ref<Record<string, string>>({});

  async function run(what: () => Promise<unknown>, told = ""): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    problem.value = "";
    fields.value = {};
    try {
      await what();
      if (told) notice(told);
      return true;
    } catch (error) {
      problem.value = said(error);
      fields.value = fieldsOf(error);
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, problem, fields, run };
}

/** The same, for acts that have no form: what went wrong is told in a notice. */
export async function attempt(what: () => Promise<unknown>, told = ""): Promise<boolean> {
  try {
    await what();
    if (told) notice(told);
    return true;
  } catch (error) {
    notice(said(error), "problem");
    return false;
  }
}

/** Again every so often, while the screen is there and `wanted` says so. A fault is told of once, until it goes well again. */
export function useEvery(milliseconds: number, wanted: () => boolean, what: () => Promise<unknown>): void {
  let busy = false;
  let failing = false;
  const timer = setInterval(async () => {
    if (busy || document.hidden || !wanted()) return;
    busy = true;
    try {
      await what();
      failing = false;
    } catch (error) {
      if (!failing) console.error(error);
      failing = true;
    } finally {
      busy = false;
    }
  }, milliseconds);
  onScopeDispose(() => clearInterval(timer));
}

interface Wrong {
  at: string;
  says: string;
  /** Where there is a bound: which sort, and how much. */
  why?: string;
  bound?: number | string;
}

function fieldsOf(error: unknown): Record<string, string> {
  if (!(error instanceof Refused)) return {};
  const { problems, field } = error.refusal.facts as { problems?: Wrong[]; field?: string };
  if (field) return { [field]: reason(error) };
  const { t, te } = i18n.global as unknown as { t: (key: string, facts: object) => string; te: (key: string) => boolean };
  const words = ({ why, bound, says }: Wrong) => (why && te(`limits.${why}`) ? t(`limits.${why}`, { bound }) : says);
  return Object.fromEntries((problems ?? []).map((each) => [each.at.replace(/^body\./, ""), words(each)]));
}
