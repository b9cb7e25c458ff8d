// What is being written in a conversation: kept as a draft for all devices, sent as a body.
import { computed, onScopeDispose, ref, watch, type Ref } from "vue";

import type { Message } from "@/state/model";

import { useChat } from "../../stores/chat";
import { useDirectory } from "../../stores/directory";
import { adopts, standing } from "./adopts";
import { stillCalled, type Chosen } from "./calling";

const PAUSE = 1_000;
export const LONGEST = 20_000;

/** What `markdown` has not, and `markdown_v2` has: lists, tables, blocks of code, rules, pictures, italics. */
const SECOND = /^[ \t]{0,9}(?:[-*+]|\d{1,9}\.)\s|^[ \t]{0,9}\|.*\||```|^[ \t]{0,9}(?:---|\*\*\*)[ \t]{0,9}$|!\[|(?<![*\w])\*[^*\s]|~~/mu;

export function useWriting(conversationId: number, everyone: () => string) {
  const chat = useChat();
  const directory = useDirectory();
  const text = ref("");
  const chosen = ref<Chosen[]>([]);
  const answering = ref<number | null>(null);
  const marked = ref(false);
  const confidential = ref(false);
  /** Whom a draft that was taken up calls on; their names may come later than it. */
  const takenUp = ref<readonly number[]>([]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let kept = "";

  const before = computed(() => takenUp.value.map((id) => ({ id, name: directory.actor(id)?.name ?? "" })).filter((each) => each.name));
  const mentions = computed(() => stillCalled(text.value, [...before.value, ...chosen.value]));
  const callsAll = computed(() => text.value.includes(`@${everyone()}`) && chosen.value.some((each) => each.id === 0));
  const isEmpty = computed(() => !text.value.trim());
  const isLong = computed(() => text.value.length > LONGEST - 500);
  const fits = computed(() => text.value.length <= LONGEST);
  const kind = computed(() => {
    if (!marked.value) return "text" as const;
    const calls = mentions.value.length > 0 || callsAll.value;
    return !calls && SECOND.test(text.value) ? ("markdown_v2" as const) : ("markdown" as const);
  });

  function keep(): void {
    clearTimeout(timer);
    const now = standing(text.value, answering.value);
    if (now === kept) return;
    kept = now;
    // Until their names are here, whoever was called on stays so.
    const calls = before.value.length < takenUp.value.length ? [...new Set([...takenUp.value, ...mentions.value])] : mentions.value;
    const content = isEmpty.value && answering.value === null ? "" : text.value;
    chat.draft(conversationId, { content, reply_to: answering.value, mentions: calls }).catch(() => (kept = ""));
  }

  /** Take up what was begun here or on another device. */
  function takeUp(): void {
    const draft = chat.conversation(conversationId)?.draft;
    takenUp.value = draft?.mentions ?? [];
    text.value = draft?.content ?? "";
    // As it is written where it is chosen: with room after it.
    chosen.value = text.value.includes(`@${everyone()} `) ? [{ id: 0, name: everyone() }] : [];
    answering.value = draft?.reply_to ?? null;
    kept = standing(text.value, answering.value);
  }

  function clear(): void {
    text.value = "";
    chosen.value = [];
    takenUp.value = [];
    answering.value = null;
    confidential.value = false;
    keep();
  }

  async function send(): Promise<boolean> {
    if (isEmpty.value || !fits.value) return false;
    const called = { mentions: mentions.value, everyone: callsAll.value, confidential: confidential.value };
    const said = text.value.trim();
    const body = kind.value === "markdown_v2" ? { msgtype: kind.value, content: said } : { msgtype: kind.value, content: said, ...called };
    const was = [text, chosen, takenUp, answering, confidential].map((each) => [each as Ref<unknown>, each.value] as const);
    const reply_to = answering.value;
    // Before it is taken up: what is typed meanwhile is another message, and a second Enter says nothing.
    clear();
    try {
      await chat.send(conversationId, body, { reply_to });
    } catch (error) {
      // In front of what was typed meanwhile: neither is to be lost.
      const since = text.value;
      for (const [each, value] of was) each.value = value;
      if (since.trim()) text.value = `${text.value}\n${since}`;
      throw error;
    }
    return true;
  }

  takeUp();
  watch([text, answering], () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
    if (text.value) chat.typing(conversationId);
  });
  // What another device makes of the draft, or that it said it there, comes in where nothing was written here since.
  watch(
    () => chat.conversation(conversationId)?.draft ?? null,
    (draft) => adopts(text.value, answering.value, kept, draft) && takeUp(),
  );
  onScopeDispose(keep);

  const answer = (message: Message): void => void (answering.value = message.seq);
  return { text, chosen, answering, marked, confidential, mentions, callsAll, isEmpty, isLong, fits, kind, send, answer };
}
