// People, apps and departments, as far as somebody looked at them: each is asked for when first wanted.
import { defineStore } from "pinia";
import { computed, shallowReactive, watch } from "vue";

import { MOST_LOOKUPS, overdue } from "@/state/lookups";
import { keyOf } from "@/state/model";
import type { components } from "@/wire/api.gen";
import type { Account } from "@/wire/account";
import { searchMembers } from "@/wire/verbs";

import { useChat } from "./chat";

type Schemas = components["schemas"];
export type Member = Schemas["MemberView"];
export type Department = Schemas["DepartmentView"];

export interface Actor {
  id: number;
  kind: "member" | "app" | "robot" | "system";
  name: string;
  avatar?: string;
  left?: boolean;
}

export interface Branch extends Department {
  children: Branch[];
}

interface Overview {
  company: string;
  everything: boolean;
  departments: Department[];
  tags: { id: number; name: string }[];
}

/** Who is watched at most; the server takes no more. */
const WATCHED = 500;

export const useDirectory = defineStore("directory", () => {
  const chat = useChat();
  /** What is known, each under its own key, so that a screen is drawn anew only for what it shows. */
  const known = shallowReactive(new Map<string, unknown>());
  const wanted = new Set<string>();
  const watched = new Set<number>();
  let asking = false;
  let watching = false;

  watch(
    () => chat.state?.looked_up,
    (now) => {
      for (const key of known.keys()) if (!now?.has(key)) known.delete(key);
      for (const [key, answer] of now ?? []) if (known.get(key) !== answer) known.set(key, answer);
      if (wanted.size) askSoon();
    },
    { immediate: true, flush: "sync" },
  );
  watch(
    () => chat.state?.stale,
    (stale) => {
      for (const key of stale ?? []) if (looked.has(key)) wanted.add(key);
      if (wanted.size) askSoon();
    },
    { flush: "sync" },
  );
  watch(
    () => chat.state?.looked_up.size ?? 0,
    (size) => size > MOST_LOOKUPS && setTimeout(tidy),
  );
  function tidy(): void {
    const { looked_up } = chat.engine()?.state ?? {};
    const given = looked_up ? overdue(looked_up, new Set(looked.keys())) : [];
    if (given.length) chat.engine()?.alter((draft) => draft.unlearn(given));
  }

  /** What screens have looked at of late: what of it goes out of date is asked for again at once. */
  const looked = new Map<string, true>();

  function look<T>(what: string, id = 0): T | null | undefined {
    const key = keyOf(what, id);
    const found = known.get(key) as T | null | undefined;
    looked.delete(key);
    looked.set(key, true);
    if (looked.size > 1000) looked.delete(looked.keys().next().value!);
    if (found === undefined || chat.engine()?.state?.stale.has(key)) {
      wanted.add(key);
      askSoon();
    }
    return found;
  }

  /** Those wanted in one go are asked for in one go. */
  function askSoon(): void {
    if (asking) return;
    asking = true;
    setTimeout(() => {
      asking = false;
      // What this device has is shown before there is anybody to ask.
      void chat.begun().then(ask);
    }, 10);
  }

  function ask(account: Account | null): void {
    if (!account?.client.state || !wanted.size) return;
    account.client.alter((draft) => {
      for (const key of wanted) if (!draft.lookedUp.has(key) || draft.stale.has(key)) draft.askFor(key);
    });
    wanted.clear();
  }

  /** Whoever can say something, by id; null: nobody that one may know. */
  function actor(id: number): Actor | undefined {
    const found = look<Schemas["ActorView"]>("actor", id);
    if (!found) return undefined;
    return { id: found.id, kind: found.kind, name: found.name, avatar: found.avatar || undefined };
  }

  /** A member as the directory shows them. */
  const member = (id: number): Member | undefined => look<Member>("member", id) ?? undefined;

  const overview = (): Overview | undefined => look<Overview>("directory") ?? undefined;
  const departments = computed(() => overview()?.departments ?? []);
  const company = computed(() => overview()?.company ?? "");

  /** The departments as they lie within one another; those whose parent one does not see stand at the top. */
  const tree = computed<Branch[]>(() => {
    const branches = new Map(departments.value.map((each) => [each.id, { ...each, children: [] as Branch[] }]));
    const top: Branch[] = [];
    for (const each of branches.values()) (branches.get(each.parent_id ?? 0)?.children ?? top).push(each);
    for (const each of [top, ...[...branches.values()].map((branch) => branch.children)]) {
      each.sort((one, other) => other.order - one.order || one.id - other.id);
    }
    return top;
  });

  /** A department's own members, the highest order first. */
  const membersOf = (departmentId: number): readonly Member[] | undefined =>
    look<Member[]>("department", departmentId) ?? undefined;

  /** Whom a tag is on. */
  const tag = (id: number): Schemas["Tagged"] | undefined => look<Schemas["Tagged"]>("tag", id) ?? undefined;

  /** The apps that one may use. */
  const apps = (): readonly Schemas["ShownApp"][] | undefined => look<Schemas["ShownApps"]>("apps")?.apps;

  /** Whether somebody is connected: asks the socket to tell, for as long as they were among the last looked at. */
  function online(id: number): boolean {
    if (!watched.has(id)) watchSoon();
    watched.delete(id);
    watched.add(id);
    if (watched.size > WATCHED) watched.delete(watched.values().next().value!);
    return chat.online(id) ?? false;
  }

  function watchSoon(): void {
    if (watching) return;
    watching = true;
    setTimeout(() => {
      watching = false;
      void chat.begun().then((account) => account?.client.watch([...watched]));
    }, 300);
  }

  return { actor, member, overview, departments, company, tree, membersOf, tag, apps, searchMembers, online };
});
