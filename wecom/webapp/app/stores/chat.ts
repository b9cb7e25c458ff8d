// The conversations of whoever is signed in, live: what screens read, and the verbs that they call.
import { defineStore } from "pinia";
import { computed, ref, shallowReactive, shallowRef, watch, type ComputedRef } from "vue";

import { keyOf, type Conversation, type MeView, type Message, type Settings, type State } from "@/state/model";
import { badge as badgeOf, hasOlder, listed, shownMessages, shownStretch } from "@/state/selectors";
import { begin as firstState } from "@/state/snapshot";
import { now } from "@/text/time";
import { Account } from "@/wire/account";
import { conversations as conversationsOf } from "@/wire/asking";
import { PAGE, type Applied, type Client } from "@/wire/client";
import { isAskedEarly } from "@/wire/early";
import { Unreachable } from "@/wire/http";
import type { Attached, Body, Pending } from "@/wire/pending";
import type { Connection } from "@/wire/socket";
import * as verbs from "@/wire/verbs";

import { drawn, type Shown } from "./drawn";
import { useHints } from "./hints";
import { straysOf } from "./strays";

export type { Shown };

const TYPING_EVERY = 3_000;
const FIRST_SCREEN = 1_000;
const CONVERSATIONS = "/api/conversations";

export const useChat = defineStore("chat", () => {
  const state = shallowRef<State | null>(null);
  const connection = ref<Connection>("connecting");
  /** Somebody else has signed in with this browser. */
  const replaced = ref(false);
  const byId = shallowReactive(new Map<number, Conversation>());
  const waiting = shallowReactive(new Map<number, readonly Pending[]>());
  const hints = useHints();
  /** Who wants to know of entries as they are applied. */
  const entriesHeard = new Set<(entries: readonly Applied[]) => void>();
  let account: Account | null = null;
  /** What this device has may take a moment to be read: whatever is asked for before waits for it. */
  let ready: Promise<Account | null> = Promise.resolve(null);
  /** One time of being signed in; `forget`: what is not to stay of it on this device. */
  interface Run {
    over: boolean;
    forget?: "read" | "everything" | undefined;
  }
  let run: Run = { over: true };

  const me = computed(() => state.value?.me ?? null);
  const conversations = computed(() => (state.value ? listed(state.value) : []));
  const badge = computed(() => (state.value ? badgeOf(state.value, now.value.getTime()) : 0));
  const settings = computed(() => state.value?.looked_up.get(keyOf("settings")) as Settings | undefined);

  /** Show what this device has, and connect. */
  function start(who: MeView): Promise<unknown> {
    run.over = true;
    run = { over: false };
    ready = begin(who, run);
    return ready;
  }

  async function begin(who: MeView, mine: Run): Promise<Account | null> {
    await stopped();
    // The first screen comes first: what this device keeps is opened when that is drawn, or takes its time.
    await Promise.race([atOnce(who, mine), new Promise((resolve) => setTimeout(resolve, FIRST_SCREEN))]);
    await new Promise((resolve) => setTimeout(resolve));
    const begun = await Account.begin(who, {
      changed: (now, applied) => mine.over || changed(now, applied),
      connected: (now) => mine.over || connected(now),
      hinted: hints.hinted,
      waiting: () => mine.over || showWaiting(),
      replaced: () => (replaced.value = true),
    });
    if (mine.over) {
      // It ended while it began: what is to be forgotten is there all the same.
      await begun.stop(mine.forget);
      return null;
    }
    account = begun;
    showWaiting();
    return begun;
  }

  /** When there is something to show; at once where nobody is signed in. */
  function shown(): Promise<void> {
    return new Promise((resolve) => {
      if (run.over || state.value) return resolve();
      const stop = watch(state, (now) => now && (stop(), resolve()), { flush: "sync" });
    });
  }

  /** The conversations as they were asked for before the app was here, until all that is to be known of them is. */
  async function atOnce(who: MeView, mine: Run): Promise<void> {
    if (!isAskedEarly(CONVERSATIONS)) return;
    const listed = await conversationsOf().catch(() => null);
    if (listed && !mine.over && !state.value) changed(firstState(who, "", {}, listed), []);
  }

  /**
   * No longer be connected. `forget`: what of this account does not stay on this device: what was read here (it may
   * have been stolen, and the session ended from elsewhere), or what waits to be sent too.
   */
  async function stop({ forget }: { forget?: "read" | "everything" } = {}): Promise<void> {
    Object.assign(run, { over: true, forget });
    await ready.catch(() => null);
    await stopped(forget);
    ready = Promise.resolve(null);
  }

  async function stopped(forget?: "read" | "everything"): Promise<void> {
    const was = account;
    account = null;
    changed(null, []);
    waiting.clear();
    hints.clear();
    connection.value = "connecting";
    await was?.stop(forget);
  }

  function changed(now: State | null, applied: readonly Applied[]): void {
    for (const { entry } of applied) if (entry.kind === "message.sent") hints.spoke((entry.body as Message).sender_id);
    state.value = now;
    for (const id of byId.keys()) if (!now?.conversations.has(id)) byId.delete(id);
    for (const [id, each] of now?.conversations ?? []) if (byId.get(id) !== each) byId.set(id, each);
    if (applied.length) for (const listener of entriesHeard) listener(applied);
  }

  function connected(now: Connection): void {
    if (now === "live" && connection.value !== "live") hints.missed();
    connection.value = now;
  }

  function showWaiting(): void {
    const outbox = account?.outbox;
    if (!outbox) return;
    const seen = new Set([...outbox.pending.values()].map((each) => each.conversation_id));
    for (const id of waiting.keys()) if (!seen.has(id)) waiting.delete(id);
    for (const id of seen) waiting.set(id, outbox.of(id));
  }

  async function needed(): Promise<Account> {
    const found = await ready;
    if (!found) throw new Unreachable("nobody is signed in");
    return found;
  }

  // What is shown.

  const conversation = (id: number): Conversation | undefined => byId.get(id);
  const lists = new Map<number, ComputedRef<readonly Shown[]>>();

  /** In order, those that wait at the end. The same list while nothing of it changes. */
  function messages(id: number): ComputedRef<readonly Shown[]> {
    let found = lists.get(id);
    if (!found) {
      const held = computed(() => shownMessages(byId.get(id)));
      const pending = computed(() => (byId.get(id)?.jump ? undefined : waiting.get(id)));
      found = computed(() => {
        if (!pending.value?.length || !account) return held.value;
        const { progress } = account.outbox;
        return [...held.value, ...pending.value.map((each) => drawn(each, me.value?.id ?? 0, progress.get(each.client_id)))];
      });
      lists.set(id, found);
    }
    return found;
  }

  /** What was refused where no conversation shows it. */
  const strays = computed(() => (state.value?.epoch ? straysOf(waiting.values(), (id) => byId.has(id)) : []));

  /** Whether what is shown is a place one jumped to, apart from the newest. */
  const detached = (id: number): boolean => Boolean(byId.get(id)?.jump);
  /** Whether a page is here: until then a conversation is neither empty nor full. */
  const loaded = (id: number): boolean => (shownStretch(byId.get(id))?.from ?? null) !== null;
  /** Whether the first message that one may see is shown. */
  const atBeginning = (id: number): boolean => loaded(id) && !hasOlder(byId.get(id));

  /** Who takes part, by actor and role; asked for when first wanted. */
  function participants(id: number): ReadonlyMap<number, string> | undefined {
    const held = byId.get(id);
    if (held && !held.participants && held.kind !== "app") queueMicrotask(() => account?.client.ask("participants", id));
    return held?.participants ?? undefined;
  }

  // What one does.

  /** The newest page: from this device at once, from the network as soon as it can be had. */
  const open = async (id: number): Promise<void> => (await ready)?.open(id);

  /** Nobody looks at it any more: what is held of it need not all be. */
  const close = (id: number): void => void ready.then((found) => found?.client.close(id), () => undefined);

  const paging = new Map<string, Promise<boolean>>();

  /** A page more, one at a time; false where it could not be had now. */
  function paged(name: string, load: (account: Account) => Promise<void>): Promise<boolean> {
    let asked = paging.get(name);
    if (!asked) {
      asked = (async () => {
        try {
          const found = await ready;
          await (found && load(found));
          return found !== null;
        } catch (error) {
          if (error instanceof Unreachable) return false;
          throw error;
        } finally {
          paging.delete(name);
        }
      })();
      paging.set(name, asked);
    }
    return asked;
  }

  const older = (id: number): Promise<boolean> => paged(`older ${id}`, (account) => account.older(id));
  const newer = (id: number): Promise<boolean> =>
    paged(`newer ${id}`, ({ client }) => client.page(id, { which: "newer", limit: PAGE }));
  /** Jump to a message; the last that is asked for is shown. */
  const around = (id: number, seq: number): Promise<boolean> =>
    paged(`around ${id} ${seq}`, (account) => account.around(id, seq));
  /** Back to the newest messages after a jump. */
  const toNewest = (id: number): void => account?.client.toNewest(id);

  async function send(id: number, body: Body, { reply_to = null }: { reply_to?: number | null } = {}): Promise<string> {
    toNewest(id);
    return (await needed()).say(id, body, reply_to);
  }

  /** Upload and say it, now or as soon as there is a network. `about`: a picture's size, so that it is drawn in its own. */
  async function sendFile(id: number, file: File, as: "image" | "file", about: Partial<Attached> = {}): Promise<string> {
    toNewest(id);
    return (await needed()).sayFile(id, file, { ...about, name: file.name, size: file.size, media_type: file.type }, as);
  }

  const fileOf = async (clientId: string): Promise<Blob | undefined> => account?.fileOf(clientId);
  const retry = async (clientId: string): Promise<void> => account?.outbox.retry(clientId);
  const discard = async (clientId: string): Promise<void> => account?.outbox.discard(clientId);
  const recall = (id: number, seq: number): Promise<unknown> => verbs.recall(id, seq);
  const read = (id: number, seq: number): void => account?.read(id, seq);
  /** What is begun to be written: kept here at once, and on the other devices soon. */
  const draft = async (id: number, wanted: verbs.NewDraft): Promise<void> => (await ready)?.draft(id, wanted);

  let typedAt = 0;
  /** Tell that something is being written, not too often. */
  function typing(id: number): void {
    if (Date.now() - typedAt < TYPING_EVERY) return;
    if (account?.client.say({ type: "typing", conversation_id: id })) typedAt = Date.now();
  }

  async function preferences(id: number, wanted: verbs.NewPreferences): Promise<void> {
    const kept = await verbs.prefer(id, wanted);
    account?.client.prefer(id, kept);
  }

  /** The conversation with another member, begun if there is none; its id. */
  async function talkTo(memberId: number): Promise<number> {
    const view = await verbs.talkTo(memberId);
    account?.client.takeIn(view);
    return view.id;
  }

  async function beginGroup(name: string, memberIds: number[]): Promise<number> {
    const view = await verbs.beginGroup(name, memberIds);
    account?.client.takeIn(view);
    return view.id;
  }

  return {
    ...{ state, me, connection, replaced, conversations, badge, settings },
    ...{ conversation, messages, strays, detached, loaded, atBeginning, participants },
    ...{ typers: hints.typers, online: hints.online, readers: hints.readers },
    ...{ start, shown, stop, open, close, older, newer, around, toNewest, send, sendFile, fileOf, retry, discard, recall, read },
    ...{ draft, typing, preferences, talkTo, beginGroup, search: verbs.searchMessages },
    entriesHeard,
    engine: (): Client | null => account?.client ?? null,
    begun: (): Promise<Account | null> => ready,
  };
});
