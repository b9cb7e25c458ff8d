// What entries told to ask, asked of the API.
import type { Answered, Ask, ConversationView, MessageView, MeView } from "@/state/model";

import type { components } from "./api.gen";
import { answer, api, Refused } from "./http";

type Schemas = components["schemas"];

/** How many streams one call asks for, so that its address stays of a length that every proxy takes. */
const STREAMS_AT_ONCE = 100;
const ACTORS_AT_ONCE = 200;
const CALLS_AT_ONCE = 6;
/** From so many on, all conversations come in one answer. */
const MANY_CONVERSATIONS = 8;

export const whoIsHere = (): Promise<MeView> => answer(api.GET("/api/me"));

export async function conversations(): Promise<ConversationView[]> {
  return (await answer(api.GET("/api/conversations"))).conversations;
}

/** What follows each cursor, with the epoch in each. */
export async function changes(cursors: readonly (readonly [string, number])[]): Promise<Answered[]> {
  const found: Answered[] = [];
  for (let start = 0; start < cursors.length; start += STREAMS_AT_ONCE) {
    const since = cursors.slice(start, start + STREAMS_AT_ONCE).map(([stream, seq]) => `${stream}@${seq}`);
    const { epoch, streams } = await answer(api.GET("/api/changes", { params: { query: { since } } }));
    found.push(...streams.map((stretch) => ({ ...stretch, epoch }) as unknown as Answered));
  }
  return found;
}

export type Where = { before?: number; after?: number; around?: number };

export async function page(conversation_id: number, limit: number, where: Where = {}): Promise<MessageView[]> {
  const params = { path: { conversation_id }, query: { limit, notices: true, ...where } };
  return (await answer(api.GET("/api/conversations/{conversation_id}/messages", { params }))).messages;
}

type Take = (ask: Ask, answer: unknown) => void;
type Later = (asks: readonly Ask[], retryAfter: number | null) => void;

/**
 * Ask for all of these; what is not there, or not for this member, is null. What the server cannot answer now is for
 * `later`: it keeps nobody from the rest.
 */
export async function answers(asks: readonly Ask[], take: Take, later: Later): Promise<void> {
  const actors = asks.filter((ask) => ask.what === "actor");
  const members = asks.filter((ask) => ask.what === "member");
  const chats = asks.filter((ask) => ask.what === "conversation");
  let single = asks.filter((ask) => ask.what !== "actor" && ask.what !== "member");
  if (chats.length >= MANY_CONVERSATIONS) {
    const views = new Map((await conversations()).map((view) => [view.id, view]));
    for (const ask of chats) if (views.has(ask.id)) take(ask, views.get(ask.id));
    single = single.filter((ask) => ask.what !== "conversation" || !views.has(ask.id));
  }
  const orLater = async (some: readonly Ask[], call: () => Promise<void>): Promise<void> => {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof Refused) || error.isOfSession) throw error;
      later(some, error.retryAfter);
    }
  };
  await inTurn(ACTORS_AT_ONCE, actors, (some) =>
    orLater(some, async () => {
      const query = { id: some.map((ask) => ask.id) };
      shareOut(some, (await answer(api.GET("/api/actors", { params: { query } }))).actors, take);
    }),
  );
  await inTurn(ACTORS_AT_ONCE, members, (some) =>
    orLater(some, async () => {
      const query = { id: some.map((ask) => ask.id) };
      shareOut(some, (await answer(api.GET("/api/members/lookup", { params: { query } }))).members, take);
    }),
  );
  await inTurn(CALLS_AT_ONCE, single, async (some) => {
    await Promise.all(some.map((ask) => orLater([ask], async () => take(ask, await orNull(one(ask))))));
  });
}

async function inTurn<T>(atOnce: number, list: readonly T[], call: (some: readonly T[]) => Promise<void>): Promise<void> {
  for (let start = 0; start < list.length; start += atOnce) await call(list.slice(start, start + atOnce));
}

function shareOut(asks: readonly Ask[], found: readonly { id: number }[], take: (ask: Ask, answer: unknown) => void): void {
  const byId = new Map(found.map((each) => [each.id, each]));
  for (const ask of asks) take(ask, byId.get(ask.id) ?? null);
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refused && !error.isForNow && error.status !== 401) return null;
    throw error;
  }
}

function one({ what, id }: Ask): Promise<unknown> {
  const conversation = { params: { path: { conversation_id: id } } };
  switch (what) {
    case "conversation":
      return answer(api.GET("/api/conversations/{conversation_id}", conversation));
    case "participants":
      return answer(api.GET("/api/conversations/{conversation_id}/participants", conversation));
    case "robots":
      return answer(api.GET("/api/conversations/{conversation_id}/robots", conversation));
    case "devices":
      return answer(api.GET("/api/me/devices"));
    case "settings":
      return answer(api.GET("/api/me/settings"));
    case "directory":
      return answer(api.GET("/api/directory"));
    case "department":
      return department(id);
    case "tag":
      return answer(api.GET("/api/tags/{tag_id}", { params: { path: { tag_id: id } } }));
    case "apps":
      return answer(api.GET("/api/apps"));
    case "join_requests":
      return answer(api.GET("/api/join-requests"));
    default:
      return Promise.resolve(null);
  }
}

/** All of a department's own members, page by page. */
async function department(department_id: number): Promise<Schemas["MemberView"][]> {
  const members: Schemas["MemberView"][] = [];
  let after: string | undefined;
  do {
    const params = { path: { department_id }, query: { limit: 1000, ...(after ? { after } : {}) } };
    const found: Schemas["DepartmentMembers"] = await answer(api.GET("/api/departments/{department_id}/members", { params }));
    members.push(...found.members);
    after = found.next ?? undefined;
  } while (after);
  return members;
}
