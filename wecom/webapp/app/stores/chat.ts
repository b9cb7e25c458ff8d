// The conversations of whoever is signed in, live: what screens read, and the verbs that they call.
import { defineStore } from "pinia";
import { computed, ref, shallowReactive, shallowRef, type ComputedRef } from "vue";

import type { Conversation, MeView, Message, State } from "@/state/model";
import { keyOf, numberOf, streamOf, type Settings } from "@/state/model";
import { badge as badgeOf, hasOlder, listed, shownMessages } from "@/state/selectors";
import { readMoved } from "@/state/own";
import { Client, PAGE, type Applied, type Hint } from "@/wire/client";
import { Unreachable } from "@/wire/http";
import { Outbox, type Body, type Pending } from "@/wire/outbox";
import type { Connection } from "@/wire/socket";
import * as verbs from "@/wire/verbs";

/** A message as it is drawn: one that waits has no `seq` yet, and says how far it has come. */
export type Shown = Message & {
  pending?: "waiting" | "sending" | "refused";
  refusal?: string;
  /** How much of its file is uploaded, from 0 to 1. */
  progress?: number;
  retry_at?: number;
};

const TYPING_LASTS = 6_000;
const TYPING_EVERY = 3_000;
const READ_EVERY = 400;

export const useChat = defineStore("chat", () => {
  const state = shallowRef<State | null>(null);
  const connection = ref<Connection>("connecting");
  /** Somebody else has signed in with this browser. */
  const replaced = ref(false);
  const byId = shallowReactive(new Map<number, Conversation>());
  const waiting = shallowReactive(new Map<number, Pending[]>());
  const typing = shallowReactive(new Map<number, readonly number[]>());
  const presence = shallowReactive(new Map<number, boolean>());
  const marks = shallowReactive(new Map<string, verbs.Readers>());
  const entriesHeard = new Set<(entries: readonly Applied[]) => void>();
  let client: Client | null = null;
  let outbox: Outbox | null = null;

  const me = computed(() => state.value?.me ?? null);
  const conversations = computed(() => (state.value ? listed(state.value) : []));
  const badge = computed(() => (state.value ? badgeOf(state.value, Date.now()) : 0));
  const settings = computed(() => state.value?.looked_up.get(keyOf("settings")) as Settings | undefined);

  // Living with the connection.

  async function start(who: MeView): Promise<void> {
    if (client) await stop();
    client = new Client(who, {
      changed,
      hinted,
      connected(now) {
        connection.value = now;
        if (now === "live") outbox?.wake();
        else outbox?.cut();
      },
      replaced: () => (replaced.value = true),
      forgotten: () => undefined,
    });
    outbox = new Outbox(
      `wecom.outbox.${who.id}`,
      { send: ({ conversation_id, client_id, body, reply_to }) => verbs.say(conversation_id, client_id, body as Body, reply_to), upload: () => Promise.reject(new Unreachable()) },
      { put: async () => undefined, drop: async () => undefined },
      { changed: showWaiting, told: () => undefined, gone: () => undefined, progressed: () => undefined },
      () => connection.value === "live",
      (id) => state.value?.cursors.get(streamOf(id)) ?? 0,
    );
    client.start(null);
  }

  /**
   * No longer be connected. `forget`: what of this account does not stay on this device: what was read here (it may
   * have been stolen, and the session ended from elsewhere), or what waits to be sent too.
   */
  async function stop({ forget }: { forget?: "read" | "everything" } = {}): Promise<void> {
    if (forget) reading.clear();
    client?.stop();
    outbox?.cut();
    client = outbox = null;
    changed(null, []);
    for (const each of [waiting, typing, presence, marks]) each.clear();
    connection.value = "connecting";
  }

  function changed(now: State | null, entries: readonly Applied[]): void {
    for (const { entry } of entries) if (entry.kind === "message.sent") placed(entry.body);
    state.value = now;
    for (const id of byId.keys()) if (!now?.conversations.has(id)) byId.delete(id);
    for (const [id, each] of now?.conversations ?? []) if (byId.get(id) !== each) byId.set(id, each);
    if (entries.length) for (const listener of entriesHeard) listener(entries);
  }

  /** What an entry places is no longer pending; who speaks is no longer typing. */
  function placed({ sender_id, client_id }: Message): void {
    if (sender_id === state.value?.me.id) outbox?.seen(client_id);
    for (const [id, who] of typing) if (who.includes(sender_id)) stopsTyping(id, sender_id);
  }

  function hinted(hint: Hint): void {
    if (hint.type === "presence") {
      for (const [id, here] of Object.entries(hint.members)) presence.set(Number(id), here);
    } else if (hint.type === "reads") {
      for (const key of marks.keys()) if (key.startsWith(`${hint.conversation_id} `)) marks.delete(key);
    } else {
      const { conversation_id: id, member_id } = hint;
      clearTimeout(typingTimers.get(`${id} ${member_id}`));
      typingTimers.set(`${id} ${member_id}`, setTimeout(() => stopsTyping(id, member_id), TYPING_LASTS));
      const who = typing.get(id) ?? [];
      if (!who.includes(member_id)) typing.set(id, [...who, member_id]);
    }
  }

  const typingTimers = new Map<string, ReturnType<typeof setTimeout>>();
  function stopsTyping(id: number, memberId: number): void {
    typing.set(id, (typing.get(id) ?? []).filter((each) => each !== memberId));
  }

  function showWaiting(): void {
    if (!outbox) return;
    const seen = new Set<number>();
    for (const each of outbox.pending.values()) seen.add(each.conversation_id);
    for (const id of waiting.keys()) if (!seen.has(id)) waiting.delete(id);
    for (const id of seen) waiting.set(id, outbox.of(id));
  }

  // What is shown.

  const conversation = (id: number): Conversation | undefined => byId.get(id);
  const shown = new Map<number, ComputedRef<readonly Shown[]>>();

  /** In order, those that wait at the end. The same list while nothing of it changes. */
  function messages(id: number): ComputedRef<readonly Shown[]> {
    let found = shown.get(id);
    if (!found) {
      const held = computed(() => shownMessages(byId.get(id)));
      const apart = computed(() => Boolean(byId.get(id)?.jump));
      found = computed(() => {
        const pending = apart.value ? [] : (waiting.get(id) ?? []);
        return pending.length ? [...held.value, ...pending.map((each) => drawn(each))] : held.value;
      });
      shown.set(id, found);
    }
    return found;
  }

  function drawn(each: Pending): Shown {
    const progress = outbox?.progress.get(each.client_id);
    return {
      seq: 0,
      sender_id: me.value?.id ?? 0,
      client_id: each.client_id,
      sent_at: new Date(each.written_at).toISOString(),
      reply_to: each.reply_to,
      recalled: false,
      content: each.body as Message["content"],
      pending: each.refusal !== undefined ? "refused" : progress?.sending || each.seq ? "sending" : "waiting",
      refusal: each.refusal,
      retry_at: progress?.retry_at,
      progress: each.file && progress?.sent !== undefined ? progress.sent / Math.max(1, each.file.size) : undefined,
    };
  }

  const detached = (id: number): boolean => Boolean(byId.get(id)?.jump);
  const atBeginning = (id: number): boolean => {
    const held = byId.get(id);
    return Boolean((held?.jump ?? held?.live)?.from !== undefined && (held?.jump ?? held?.live)?.from !== null && !hasOlder(held));
  };
  const loaded = (id: number): boolean => ((byId.get(id)?.jump ?? byId.get(id)?.live)?.from ?? null) !== null;
  const typers = (id: number): readonly number[] => typing.get(id) ?? [];
  const online = (id: number): boolean | undefined => presence.get(id);

  /** Who takes part, by actor and role; asked for when first wanted. */
  function participants(id: number): ReadonlyMap<number, string> | undefined {
    const held = byId.get(id);
    if (held && held.participants === null && held.kind !== "app") queueMicrotask(() => client?.ask("participants", id));
    return held?.participants ?? undefined;
  }

  /** Who has read a message; asked for when first wanted, and again when marks moved. */
  function readers(id: number, seq: number): verbs.Readers | undefined {
    const key = `${id} ${seq}`;
    const found = marks.get(key);
    if (!found && !askedMarks.has(key)) {
      askedMarks.add(key);
      verbs
        .readers(id, seq)
        .then((answer) => marks.set(key, answer))
        .catch(() => undefined)
        .finally(() => askedMarks.delete(key));
    }
    return found;
  }
  const askedMarks = new Set<string>();

  // What one does.

  /** The newest page: from this device at once, from the network as soon as it can be had. */
  function open(id: number): void {
    client?.open(id);
  }

  const paging = new Map<string, Promise<boolean>>();

  /** A page more; false where it could not be had now. One at a time. */
  function paged(id: number, where: Parameters<Client["page"]>[1]): Promise<boolean> {
    const key = `${where.which} ${id}`;
    let asked = paging.get(key);
    if (!asked) {
      asked = (client?.page(id, where) ?? Promise.reject(new Unreachable()))
        .then(() => true)
        .catch((error: unknown) => {
          if (error instanceof Unreachable) return false;
          throw error;
        })
        .finally(() => paging.delete(key));
      paging.set(key, asked);
    }
    return asked;
  }

  const older = (id: number): Promise<boolean> => paged(id, { which: "older", limit: PAGE });
  const newer = (id: number): Promise<boolean> => paged(id, { which: "newer", limit: PAGE });
  const around = (id: number, seq: number): Promise<boolean> => paged(id, { which: "around", limit: PAGE, seq });
  /** Back to the newest messages after a jump. */
  const toNewest = (id: number): void => client?.toNewest(id);

  async function send(id: number, body: Body, { reply_to = null }: { reply_to?: number | null } = {}): Promise<string> {
    if (!outbox) throw new Unreachable();
    toNewest(id);
    return outbox.add({ conversation_id: id, body, reply_to });
  }

  async function sendFile(id: number, file: File, as: "image" | "file"): Promise<string> {
    if (!outbox) throw new Unreachable();
    const about = { name: file.name, size: file.size, media_type: file.type };
    return outbox.add({ conversation_id: id, body: { msgtype: as }, reply_to: null, file: about });
  }

  const retry = async (clientId: string): Promise<void> => outbox?.retry(clientId);
  const discard = async (clientId: string): Promise<void> => outbox?.discard(clientId);
  const recall = (id: number, seq: number): Promise<unknown> => verbs.recall(id, seq);

  const reading = new Map<number, number>();
  let readTimer: ReturnType<typeof setTimeout> | undefined;

  /** What was seen is read: here at once, on the other devices soon. */
  function read(id: number, seq: number): void {
    if ((byId.get(id)?.read_seq ?? seq) >= seq) return;
    client?.alter((draft) => readMoved(draft, { conversation_id: id, read_seq: seq }));
    reading.set(id, Math.max(seq, reading.get(id) ?? 0));
    readTimer ??= setTimeout(tellRead, READ_EVERY);
  }

  function tellRead(): void {
    readTimer = undefined;
    for (const [id, seq] of reading) {
      reading.delete(id);
      verbs.readUpTo(id, seq).catch((error: unknown) => {
        if (error instanceof Unreachable) reading.set(id, Math.max(seq, reading.get(id) ?? 0));
      });
    }
  }

  let typedAt = 0;
  /** Tell that something is being written, not too often. */
  function sayTyping(id: number): void {
    if (Date.now() - typedAt < TYPING_EVERY) return;
    if (client?.say({ type: "typing", conversation_id: id })) typedAt = Date.now();
  }

  async function preferences(id: number, wanted: verbs.NewPreferences): Promise<void> {
    const kept = await verbs.prefer(id, wanted);
    client?.alter((draft) => Object.assign(draft.conversation(id) ?? {}, kept));
  }

  async function keepDraft(id: number, wanted: verbs.NewDraft): Promise<void> {
    await verbs.keepDraft(id, wanted);
  }

  /** The conversation with another member, begun if there is none; its id. */
  async function talkTo(memberId: number): Promise<number> {
    const view = await verbs.talkTo(memberId);
    client?.takeIn(view);
    return view.id;
  }

  async function beginGroup(name: string, memberIds: number[]): Promise<number> {
    const view = await verbs.beginGroup(name, memberIds);
    client?.takeIn(view);
    return view.id;
  }

  return {
    state, me, connection, replaced, conversations, badge, settings,
    conversation, messages, detached, atBeginning, loaded, typers, online, participants, readers,
    start, stop, open, older, newer, around, toNewest, send, sendFile, retry, discard, recall, read,
    typing: sayTyping, preferences, draft: keepDraft, talkTo, beginGroup,
    numberOf, entriesHeard,
    engine: (): Client | null => client,
  };
});
