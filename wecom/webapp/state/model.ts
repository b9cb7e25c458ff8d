// What a client knows, as a value: a snapshot from the API, with the entries since applied to it.
//
// What an entry only names (a conversation one came into, a member described anew) becomes an `Ask`; whoever
// holds the connection asks it and hands the answer to `absorb`. So snapshot + entries + answers = new snapshot,
// which the server's recorded replays hold this folder to.
import type { components } from "@/wire/api.gen";

type Schemas = components["schemas"];

export type MeView = Schemas["MeView"];
export type ConversationView = Schemas["ConversationView"];
export type MessageView = Schemas["MessageView"];

/** What a message says. A newer server may know kinds that this client does not: draw them as "not shown here". */
export type Content = NonNullable<Schemas["MessageSent"]["content"]>;

export type ImageContent = Schemas["Image"];
export type FileContent = Schemas["File"];

/** What happened in a group besides messages. */
export type Notice = Schemas["NoticeView"];

/** Something said; `content` is null where it was taken back. Or, with a `notice`, something that happened. */
export interface Message {
  readonly seq: number;
  readonly sender_id: number;
  readonly client_id: string;
  readonly sent_at: string;
  readonly reply_to: number | null;
  readonly recalled: boolean;
  readonly content: Content | null;
  readonly notice?: Notice | null;
}

export type Last = Pick<Message, "seq" | "sender_id" | "sent_at" | "content">;

/** A stretch of a conversation without holes: everything above `from` that may be seen, up to `to`; in order. */
export interface Stretch {
  readonly messages: readonly Message[];
  /** All messages above this number are here. Null while no page was loaded: then only what was heard is. */
  readonly from: number | null;
  /** All messages up to this number are here. Null: up to the newest, and every new one is added. */
  readonly to: number | null;
}

export type Draft = Schemas["DraftView"];
export type Preferences = Readonly<Pick<ConversationView, "pinned_at" | "notify" | "muted_until" | "hidden_up_to">>;
export type Notify = Preferences["notify"];
export type Settings = Schemas["SettingsChanged"];

/**
 * A conversation as it stands for this member.
 *
 * `as_of`: the number up to which the API's answer already counted everything; entries up to it only fill in
 * messages. `live` and `participants` are null until the conversation was looked at. `jump` is a stretch apart
 * from the newest messages, shown instead of `live` while it is there.
 */
export interface Conversation extends Preferences {
  readonly id: number;
  readonly kind: string;
  readonly chatid: string;
  readonly name: string;
  readonly app_id: number | null;
  readonly peer_id: number | null;
  readonly role: string;
  readonly from_seq: number;
  readonly read_seq: number;
  readonly unread: number;
  readonly mentioned: boolean;
  readonly members: number;
  readonly created_at: string;
  readonly last: Last | null;
  readonly draft: Draft | null;
  /** Hidden from the list, and nothing was said since. */
  readonly hidden: boolean;
  readonly as_of: number;
  readonly participants: ReadonlyMap<number, string> | null;
  readonly live: Stretch | null;
  readonly jump: Stretch | null;
  /** Messages that entries told to be taken back, for pages that were read before. */
  readonly taken_back: ReadonlySet<number>;
}

export interface Me {
  readonly id: number;
  readonly userid: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly session_id: number;
}

/** Something to ask the API for: its sort, and which. */
export interface Ask {
  readonly what: string;
  readonly id: number;
}

/** All that a client knows. */
export interface State {
  readonly me: Me;
  readonly epoch: string;
  readonly cursors: ReadonlyMap<string, number>;
  /** Streams to catch up with, and how far at least. */
  readonly behind: ReadonlyMap<string, number>;
  readonly conversations: ReadonlyMap<number, Conversation>;
  readonly devices: ReadonlySet<number> | null;
  /** The directory, as far as it was looked at: each answer by what was asked. */
  readonly looked_up: ReadonlyMap<string, unknown>;
  /** Answers that entries said to be out of date, to be asked for again when somebody looks at them. */
  readonly stale: ReadonlySet<string>;
  readonly asks: ReadonlyMap<string, Ask>;
}

/** Changes of one stream, as the socket and `GET /api/changes` say them. */
export interface Frame {
  stream: string;
  epoch: string;
  from: number;
  to: number;
  entries: Entry[];
}

export interface Entry {
  seq: number;
  kind: string;
  body: never;
}

/** A frame that was asked for: it also says whether there is more, or nothing at all. */
export interface Answered extends Frame {
  head: number;
  reset?: boolean;
  gone?: boolean;
}

/** The server counts no further. */
export const MOST_UNREAD = 100;

export const keyOf = (what: string, id = 0): string => `${what} ${id}`;
export const askOf = (key: string): Ask => {
  const [what, id] = key.split(" ") as [string, string];
  return { what, id: Number(id) };
};

export const EVERYTHING = keyOf("everything");

export const streamOf = (conversationId: number): string => `conversation:${conversationId}`;
/** The id in a stream's name. */
export const numberOf = (stream: string): number => Number(stream.slice(stream.indexOf(":") + 1)) || 0;
export const isConversation = (stream: string): boolean => stream.startsWith("conversation:");

/** Whether a message mentions the member, or everyone. */
export function callsOn(content: Content | null, memberId: number): boolean {
  if (!content || !("mentions" in content || "everyone" in content)) return false;
  return Boolean(content.everyone) || (content.mentions ?? []).includes(memberId);
}
