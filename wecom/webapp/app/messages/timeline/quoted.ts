// The message that another one quotes: among those loaded, else asked for once.
import { onScopeDispose, shallowReactive, watch } from "vue";

import { streamOf, type Message } from "@/state/model";
import { goneMessage } from "@/state/stretches";
import type { Applied } from "@/wire/arrivals";
import { messageAt } from "@/wire/messages";

import { useChat } from "../../stores/chat";

/** Null: it is gone, or not for us to see. Undefined: not known yet. */
export type Quoted = (seq: number, loaded: readonly Message[]) => Message | null | undefined;

/** For as long as a conversation is looked at: what it says is asked anew the next time. */
export function useQuoted(conversationId: number): Quoted {
  const chat = useChat();
  const known = shallowReactive(new Map<number, Message | null>());
  const asked = new Set<number>();

  async function ask(seq: number): Promise<void> {
    asked.add(seq);
    try {
      known.set(seq, await messageAt(conversationId, seq));
    } catch {
      // Once more when there is a network again, and not before.
      asked.delete(seq);
      lacking.add(seq);
    }
  }

  const lacking = shallowReactive(new Set<number>());
  watch(
    () => chat.connection,
    (now) => now === "live" && lacking.clear(),
  );

  /** What is taken back is not to be read in a quote either. */
  function heard(entries: readonly Applied[]): void {
    for (const { stream, entry } of entries) {
      if (entry.kind !== "message.recalled" || stream !== streamOf(conversationId)) continue;
      const of = (entry.body as { message_seq: number }).message_seq;
      const message = known.get(of);
      if (message) known.set(of, goneMessage(message));
    }
  }
  chat.entriesHeard.add(heard);
  onScopeDispose(() => chat.entriesHeard.delete(heard));

  return (seq, loaded) => {
    const found = loaded.find((each) => each.seq === seq) ?? known.get(seq);
    if (found === undefined && !asked.has(seq) && !lacking.has(seq)) void ask(seq);
    return found;
  };
}
