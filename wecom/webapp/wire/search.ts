// Searching all messages that one may see.
import type { Content } from "@/state/model";

import { answer, api } from "./http";

export interface Hit {
  conversation_id: number;
  seq: number;
  sender_id: number;
  sent_at: string;
  content: Content;
  excerpt: string;
  /** From and to. */
  highlights: number[][];
}

export interface Question {
  q: string;
  conversation_id?: number;
  sender_id?: number;
  since?: string;
  msgtype?: string;
}

export async function searchMessages(question: Question, cursor?: string): Promise<{ hits: Hit[]; cursor: string | null }> {
  const found = await answer(api.GET("/api/search/messages", { params: { query: { ...question, cursor, limit: 30 } } }));
  return { hits: found.hits as unknown as Hit[], cursor: found.cursor };
}
