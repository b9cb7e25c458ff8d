// Who can be called on here, and the best matches for what was written: by name, pinyin or its initials.
import { computed, ref, watch, type ComputedRef, type Ref } from "vue";

import { useChat } from "../../stores/chat";
import { useDirectory } from "../../stores/directory";
import type { Calling } from "./calling";

export interface Callable {
  /** Null: everyone. */
  id: number | null;
  name: string;
  avatar: string;
}

const MOST = 8;

export function useCallable(conversationId: () => number, calling: Ref<Calling | null>, everyone: () => string): ComputedRef<Callable[]> {
  const chat = useChat();
  const directory = useDirectory();
  /** What the server finds by pinyin, of those who take part. */
  const byPinyin = ref<number[]>([]);
  let asked = 0;

  const present = computed(() => [...(chat.participants(conversationId())?.keys() ?? [])].filter((id) => id !== chat.me?.id));

  watch(
    () => calling.value?.said ?? "",
    async (said) => {
      byPinyin.value = [];
      if (!/[a-z0-9]/iu.test(said)) return;
      const turn = ++asked;
      const found = await directory.searchMembers(said).catch(() => []);
      if (turn === asked) byPinyin.value = found.map((each) => each.id);
    },
  );

  return computed(() => {
    if (!calling.value) return [];
    const said = calling.value.said.toLocaleLowerCase();
    const found: Callable[] = [];
    const all = everyone();
    if (present.value.length > 1 && (all.toLocaleLowerCase().includes(said) || "all".startsWith(said))) found.push({ id: null, name: all, avatar: "" });
    const there = new Set(present.value);
    const matches = byPinyin.value.filter((id) => there.has(id));
    for (const id of new Set([...matches, ...present.value])) {
      if (found.length >= MOST) break;
      const actor = directory.actor(id);
      if (actor?.kind !== "member") continue;
      if (matches.includes(id) || actor.name.toLocaleLowerCase().includes(said)) found.push({ id, name: actor.name, avatar: actor.avatar ?? "" });
    }
    return found;
  });
}
