// What is told now and kept nowhere: who is here, who is typing, who has read what.
import { ref, shallowReactive } from "vue";

import type { Hint } from "@/wire/client";
import { readers as askThem, type Readers } from "@/wire/verbs";

const TYPING_LASTS = 6_000;
/** A mark may list a whole group: only those of the conversations looked at last are held. */
const MOST_MARKS = 20;

export interface Hints {
  hinted(hint: Hint): void;
  /** Whoever speaks is no longer typing. */
  spoke(actorId: number): void;
  clear(): void;
  typers(conversationId: number): readonly number[];
  online(memberId: number): boolean | undefined;
  readers(conversationId: number, seq: number): Readers | undefined;
  /** While nobody listened others may have read: what is shown is asked for anew. */
  missed(): void;
}

export function useHints(askReaders = askThem): Hints {
  const typing = shallowReactive(new Map<number, readonly number[]>());
  const presence = shallowReactive(new Map<number, boolean>());
  const marks = shallowReactive(new Map<string, Readers>());
  /** Counted up whenever marks may have been missed. */
  const round = ref(1);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** What is being asked for, and whether marks have moved since it was. */
  const asked = new Map<string, boolean>();

  function hinted(hint: Hint): void {
    if (hint.type === "presence") {
      for (const [id, here] of Object.entries(hint.members)) presence.set(Number(id), here);
    } else if (hint.type === "reads") {
      const here = (key: string) => key.startsWith(`${hint.conversation_id} `);
      for (const key of marks.keys()) if (here(key)) marks.delete(key);
      for (const key of asked.keys()) if (here(key)) asked.set(key, true);
    } else begins(hint.conversation_id, hint.member_id);
  }

  function begins(id: number, memberId: number): void {
    const key = `${id} ${memberId}`;
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(() => stops(id, memberId), TYPING_LASTS));
    const who = typing.get(id) ?? [];
    if (!who.includes(memberId)) typing.set(id, [...who, memberId]);
  }

  function stops(id: number, memberId: number): void {
    timers.delete(`${id} ${memberId}`);
    const left = (typing.get(id) ?? []).filter((each) => each !== memberId);
    if (left.length) typing.set(id, left);
    else typing.delete(id);
  }

  function spoke(actorId: number): void {
    for (const [id, who] of typing) if (who.includes(actorId)) stops(id, actorId);
  }

  function missed(): void {
    for (const key of asked.keys()) asked.set(key, true);
    marks.clear();
    round.value += 1;
  }

  function clear(): void {
    for (const timer of timers.values()) clearTimeout(timer);
    for (const each of [timers, typing, presence, marks]) each.clear();
  }

  function keep(key: string, answer: Readers): void {
    marks.delete(key);
    marks.set(key, answer);
    for (const oldest of marks.keys()) if (marks.size > MOST_MARKS) marks.delete(oldest);
  }

  /** Asked for when first wanted, and again when marks moved. */
  function readers(id: number, seq: number): Readers | undefined {
    const key = `${id} ${seq}`;
    const found = marks.get(key);
    // What could not be asked for is asked for again in another round.
    if (found || asked.has(key) || !round.value) return found;
    const ask = async (): Promise<unknown> => {
      asked.set(key, false);
      const answer = await askReaders(id, seq);
      return asked.get(key) ? ask() : keep(key, answer);
    };
    const failed = (): void => {
      const moved = asked.get(key);
      asked.delete(key);
      if (moved) round.value += 1;
    };
    ask().then(() => asked.delete(key), failed);
    return undefined;
  }

  const typers = (id: number): readonly number[] => typing.get(id) ?? [];
  return { hinted, spoke, missed, clear, typers, online: (id) => presence.get(id), readers };
}
