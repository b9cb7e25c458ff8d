// The server's recorded replays, for tests: a picture before, the entries and answers, the picture after.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { changed } from "./draft";
import { keyOf, streamOf } from "./model";
import type { Answered, Ask, Conversation, ConversationView, Message, MessageView, State } from "./model";
import { absorb, begin, opened, withPage } from "./snapshot";
import { shownMessages } from "./selectors";

type Shown = Omit<ConversationView, "id" | "head" | "created_at"> & {
  participants: [number, string][] | null;
  messages: MessageView[] | false;
  notices: MessageView[];
};

export interface Picture {
  me: { id: number; roles: string[] };
  conversations: Record<string, Shown>;
  devices: number[] | null;
  looked_up: Record<string, unknown>;
}

export interface Recorded {
  name: string;
  before: Picture;
  after: Picture;
  frames: Answered[];
  answers: { ask: [string, number]; answer: unknown }[];
}

const FOLDER = resolve(import.meta.dirname, "../../../tests/recorded");
export const PAGE = 200;

export function recordings(): Recorded[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return names.map((name) => ({ name, ...JSON.parse(readFileSync(resolve(FOLDER, name), "utf8")) }) as Recorded);
}

/** The state in which a client was that showed this picture, and was to hear these frames. */
export function stateOf({ before, frames }: Recorded): State {
  const heads: Record<string, number> = { directory: 0, [`member:${before.me.id}`]: 0 };
  for (const id of Object.keys(before.conversations)) heads[streamOf(Number(id))] = 0;
  for (const frame of frames) heads[frame.stream] = frame.from;
  const views = Object.entries(before.conversations).map(
    ([id, plain]) =>
      ({ ...plain, id: Number(id), head: heads[streamOf(Number(id))]!, created_at: "" }) as ConversationView,
  );
  const me = { userid: "", name: "", session_id: 0, scopes: [], must_change_password: false, ...before.me };
  let state = begin(me, frames[0]?.epoch ?? "", heads, views);
  for (const view of views) state = looked(state, view.id, before);
  return changed(state, (draft) => {
    if (before.devices) absorb(draft, { what: "devices", id: 0 }, { devices: before.devices.map(asDevice) });
    for (const [key, answer] of Object.entries(before.looked_up)) draft.learn(key, answer);
  });
}

/** A conversation looked at, as the API would show it when the picture was taken. */
function looked(state: State, id: number, picture: Picture): State {
  const shown = picture.conversations[id];
  if (!shown) return state;
  state = opened(state, id);
  if (shown.participants) {
    const participants = shown.participants.map(([actor_id, role]) => ({ actor_id, role }));
    state = changed(state, (draft) => absorb(draft, { what: "participants", id }, { participants }));
  }
  const page = [...(shown.messages || []), ...shown.notices].sort((one, other) => one.seq - other.seq);
  return withPage(state, id, page, { which: "newest", limit: PAGE });
}

/** With the answers to what the entries told to ask; and with what a client looks at that shows all there is. */
export function answered(state: State, { answers, after }: Recorded): State {
  for (const { ask, answer } of answers) {
    const [what, id] = ask;
    if (what === "tag" && !state.asks.has(keyOf(what, id)) && state.looked_up.has(keyOf(what, id))) continue;
    state = changed(state, (draft) => absorb(draft, { what, id } satisfies Ask, answer));
    if (what === "conversation") state = looked(state, id, after);
    if (what === "directory") state = withoutOtherTags(state, answer as { tags: { id: number }[] });
  }
  return state;
}

/** A client that shows every tag looks at each that the directory lists, and at no other. */
function withoutOtherTags(state: State, { tags }: { tags: { id: number }[] }): State {
  const listed = new Set(tags.map((tag) => keyOf("tag", tag.id)));
  const kept = [...state.looked_up].filter(([key]) => !key.startsWith("tag ") || listed.has(key));
  return { ...state, looked_up: new Map(kept) };
}

const asDevice = (session_id: number) => ({ session_id });
const moment = (written: string) => new Date(written).toISOString();
const TIMES = new Set(["sent_at", "pinned_at", "muted_until", "updated_at"]);
const dated = <T>(value: T): T => JSON.parse(JSON.stringify(value), (key, each) => (TIMES.has(key) && each ? moment(each) : each));

/** What is known, without how it came to be known: two states that show the same have the same picture. */
export function pictureOf(state: State): Picture {
  const sorted = [...state.conversations.values()].sort((one, other) => one.id - other.id);
  const conversations = sorted.map((each) => [String(each.id), shown(each)] as const);
  const lookedUp = [...state.looked_up].filter(([, answer]) => answer !== null);
  return dated({
    me: { id: state.me.id, roles: [...state.me.roles].sort() },
    conversations: Object.fromEntries(conversations),
    devices: state.devices && [...state.devices].sort((one, other) => one - other),
    looked_up: Object.fromEntries(lookedUp),
  });
}

const MESSAGE = ["seq", "sender_id", "client_id", "sent_at", "reply_to", "recalled", "content"] as const;

function shown(each: Conversation): Shown {
  const { last, pinned_at, notify, muted_until, hidden_up_to, draft } = each;
  const { kind, chatid, name, app_id, peer_id, role, from_seq, read_seq, unread, mentioned, members } = each;
  const messages = each.live && shownMessages(each).filter((line) => !line.notice).map(plain);
  const notices = shownMessages(each).filter((line) => line.notice).map((line) => ({ ...plain(line), notice: line.notice }));
  const participants = each.participants && ([...each.participants] as [number, string][]);
  const own = { pinned_at, notify, muted_until, hidden_up_to, draft };
  const facts = { kind, chatid, name, app_id, peer_id, role, from_seq, read_seq, unread, mentioned, members, ...own };
  return { ...facts, last, participants, messages: messages ?? false, notices } as unknown as Shown;
}

const plain = (message: Message): MessageView =>
  Object.fromEntries(MESSAGE.map((name) => [name, message[name]])) as unknown as MessageView;

/** A picture as it was recorded, in the same way of writing instants. */
export const recordedPicture = (picture: Picture): Picture => dated(picture);
