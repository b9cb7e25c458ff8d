// Single messages, and what hangs on them, for who needs no store of it.
import type { Message } from "@/state/model";

import { answer, api } from "./http";

/** One message by its number; null where there is none to be seen. */
export async function messageAt(conversationId: number, seq: number): Promise<Message | null> {
  const path = { conversation_id: conversationId };
  const page = await answer(api.GET("/api/conversations/{conversation_id}/messages", { params: { path, query: { before: seq + 1, limit: 1 } } }));
  const found = page.messages[0] as Message | undefined;
  return found?.seq === seq ? found : null;
}

export const fileAddress = (conversationId: number, seq: number): string => `/api/conversations/${conversationId}/messages/${seq}/file`;

export const thumbnailAddress = (conversationId: number, seq: number, size: "small" | "medium" | "large"): string =>
  `/api/conversations/${conversationId}/messages/${seq}/thumbnail/${size}`;
