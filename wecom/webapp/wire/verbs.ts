// What one does in conversations, as calls. Refusals are thrown in the words of the server.
import type { ConversationView } from "@/state/model";

import type { components, paths } from "./api.gen";
import { answer, api } from "./http";
import type { Body } from "./pending";

type Schemas = components["schemas"];

const of = (conversation_id: number) => ({ path: { conversation_id } });

type New = { client_id: string; body: Body; reply_to: number | null };

export async function say(id: number, body: New, signal: AbortSignal): Promise<number> {
  return (await answer(api.POST("/api/conversations/{conversation_id}/messages", { params: of(id), body, signal }))).seq;
}

export const recall = (conversation_id: number, seq: number): Promise<unknown> =>
  answer(
    api.POST("/api/conversations/{conversation_id}/messages/{seq}/recall", { params: { path: { conversation_id, seq } } }),
  );

/** It is told to its end also where the page is closed meanwhile. */
export const readUpTo = (id: number, seq: number): Promise<unknown> =>
  answer(api.POST("/api/conversations/{conversation_id}/read", { params: of(id), body: { seq }, keepalive: true }));

export type Readers = Schemas["Readers"];

export const readers = (conversation_id: number, seq: number): Promise<Readers> =>
  answer(
    api.GET("/api/conversations/{conversation_id}/messages/{seq}/readers", { params: { path: { conversation_id, seq } } }),
  );

export type NewPreferences = Schemas["NewPreferences"];

export const prefer = (id: number, body: NewPreferences): Promise<Schemas["PreferencesView"]> =>
  answer(api.PUT("/api/conversations/{conversation_id}/preferences", { params: of(id), body }));

export type NewDraft = Schemas["NewDraft"];

export const keepDraft = (id: number, body: NewDraft): Promise<unknown> =>
  answer(api.PUT("/api/conversations/{conversation_id}/draft", { params: of(id), body }));

export type NewSettings = Schemas["NewSettings"];

export const set = (body: NewSettings): Promise<unknown> => answer(api.PATCH("/api/me/settings", { body }));

export const talkTo = (member_id: number): Promise<ConversationView> =>
  answer(api.POST("/api/conversations/direct", { body: { member_id } }));

export const beginGroup = (name: string, member_ids: number[]): Promise<ConversationView> =>
  answer(api.POST("/api/conversations", { body: { name, member_ids } }));

export const rename = (id: number, name: string): Promise<unknown> =>
  answer(api.PATCH("/api/conversations/{conversation_id}", { params: of(id), body: { name } }));

export const end = (id: number): Promise<unknown> =>
  answer(api.DELETE("/api/conversations/{conversation_id}", { params: of(id) }));

export const bringIn = (id: number, member_ids: number[]): Promise<unknown> =>
  answer(api.POST("/api/conversations/{conversation_id}/participants", { params: of(id), body: { member_ids } }));

/** Put somebody out, or leave. */
export const putOut = (conversation_id: number, member_id: number): Promise<unknown> =>
  answer(
    api.DELETE("/api/conversations/{conversation_id}/participants/{member_id}", {
      params: { path: { conversation_id, member_id } },
    }),
  );

export type GroupRole = Schemas["NewRole"]["role"];

export const giveRole = (conversation_id: number, member_id: number, role: GroupRole): Promise<unknown> =>
  answer(
    api.PUT("/api/conversations/{conversation_id}/participants/{member_id}/role", {
      params: { path: { conversation_id, member_id } },
      body: { role },
    }),
  );

export const searchMembers = async (q: string, limit = 50): Promise<Schemas["MemberView"][]> =>
  (await answer(api.GET("/api/members/search", { params: { query: { q, limit } } }))).members;

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Q } } } ? NonNullable<Q> : never;

export type MessageSearch = Query<"/api/search/messages">;
export type Found = Schemas["HitsView"];

/** Messages that one may see, newest first. Only what the server has: it cannot be asked without a network. */
export const searchMessages = async (query: MessageSearch): Promise<Found> =>
  (await answer(api.GET("/api/search/messages", { params: { query } }))) as Found;
