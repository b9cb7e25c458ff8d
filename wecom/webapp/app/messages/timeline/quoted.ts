// The message that another one quotes: among those loaded, else asked for once.
import { shallowReactive } from "vue";

import type { Message } from "@/state/model";
import { messageAt } from "@/wire/messages";

const asked = shallowReactive(new Map<string, Message | null>());

/** Null: it is gone, or not for us to see. Undefined: not known yet. */
export function quoted(conversationId: number, seq: number, loaded: readonly Message[]): Message | null | undefined {
  const found = loaded.find((each) => each.seq === seq);
  if (found) return found;
  const key = `${conversationId}/${seq}`;
  if (!asked.has(key)) {
    asked.set(key, undefined as never);
    messageAt(conversationId, seq).then(
      (message) => asked.set(key, message),
      () => asked.delete(key),
    );
  }
  return asked.get(key);
}
