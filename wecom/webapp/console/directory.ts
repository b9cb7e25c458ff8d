// The company's departments, tags and attributes, and who is called what: for every screen that names them.
import { defineStore } from "pinia";
import { computed, reactive, shallowRef } from "vue";

import type { components } from "@/wire/api.gen";
import { answer, api } from "@/wire/http";

import { useCounts } from "./counts";
import { useSession } from "./session";

export type Member = components["schemas"]["MemberView"];
export type Department = components["schemas"]["DepartmentView"];
export type Tag = components["schemas"]["TagView"];
export type AttributeDefinition = components["schemas"]["AttributeDefinitionView"];
export type Actor = components["schemas"]["ActorView"];

export const ROOT = 1;
const SYSTEM: Actor = { id: 2, kind: "system", name: "", avatar: "" };

export const useDirectory = defineStore("directory", () => {
  const session = useSession();
  const departments = shallowRef<Department[]>([]);
  const tags = shallowRef<Tag[]>([]);
  const attributes = shallowRef<AttributeDefinition[]>([]);
  const counts = useCounts(async () => (await answer(api.GET("/api/console/department-heads"))).departments);
  const actors = reactive(new Map<number, Actor>([[SYSTEM.id, SYSTEM]]));
  let loading: Promise<void> | null = null;
  let newest: Promise<void> | null = null;
  let wanted = new Set<number>();

  const byId = computed(() => new Map(departments.value.map((each) => [each.id, each])));
  const children = computed(() => {
    const found = new Map<number | null, Department[]>();
    for (const each of departments.value) {
      const parent = each.parent_id !== null && byId.value.has(each.parent_id) ? each.parent_id : null;
      found.set(parent, [...(found.get(parent) ?? []), each]);
    }
    for (const all of found.values()) all.sort((a, b) => b.order - a.order || a.id - b.id);
    return found;
  });

  /** Depth first, as a list shows it. */
  const inOrder = computed(() => {
    const all: { department: Department; depth: number }[] = [];
    const add = (parent: number | null, depth: number): void => {
      for (const department of children.value.get(parent) ?? []) {
        all.push({ department, depth });
        add(department.id, depth + 1);
      }
    };
    add(null, 0);
    return all;
  });

  async function load(): Promise<void> {
    loading ??= reload().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    await loading;
  }

  /** Whichever was asked for last counts: who waits for an older answer waits for that. */
  function reload(): Promise<void> {
    const mine: Promise<void> = askAll().then((snapshot) => (mine === newest ? take(snapshot) : newest!));
    return (newest = mine);
  }

  function askAll(): Promise<components["schemas"]["Snapshot"]> {
    // What departments are called does not wait until they are counted.
    if (session.holds(["administrator", "department_administrator", "hr"])) counts.begin();
    return answer(api.GET("/api/directory"));
  }

  function take(snapshot: components["schemas"]["Snapshot"]): void {
    departments.value = snapshot.departments;
    tags.value = snapshot.tags;
    attributes.value = [...snapshot.attributes].sort((a, b) => a.order - b.order);
    session.company = snapshot.company;
  }

  function departmentName(id: number): string {
    return byId.value.get(id)?.name ?? `#${id}`;
  }

  /** A department's name with those above it, without the company's. */
  function way(id: number): string {
    const names: string[] = [];
    for (let at = byId.value.get(id); at; at = at.parent_id === null ? undefined : byId.value.get(at.parent_id)) names.unshift(at.name);
    return names.length > 1 ? names.slice(1).join(" / ") : (names[0] ?? `#${id}`);
  }

  function isUnder(id: number, above: number): boolean {
    for (let at = byId.value.get(id); at; at = at.parent_id === null ? undefined : byId.value.get(at.parent_id)) if (at.id === above) return true;
    return false;
  }

  function administers(id: number): boolean {
    const scopes = session.me?.scopes ?? [];
    return scopes.includes(ROOT) || scopes.some((each) => isUnder(id, each));
  }

  function tagName(id: number): string {
    return tags.value.find((each) => each.id === id)?.name ?? `#${id}`;
  }

  /** What somebody or something is called: known by and by. */
  function actor(id: number): Actor | undefined {
    const found = actors.get(id);
    if (!found && !wanted.has(id)) {
      if (!wanted.size) queueMicrotask(() => void look());
      wanted.add(id);
    }
    return found;
  }

  function learn(members: readonly Member[]): void {
    for (const { id, name, avatar } of members) actors.set(id, { id, kind: "member", name, avatar });
  }

  /** Resolves once what these are called is known: a table that is drawn with it does not move when it comes. */
  async function know(ids: readonly (number | null | undefined)[]): Promise<void> {
    await ask([...new Set(ids)].filter((id): id is number => typeof id === "number" && !actors.has(id)));
  }

  async function look(): Promise<void> {
    const ids = [...wanted];
    wanted = new Set();
    await ask(ids);
  }

  async function ask(ids: readonly number[]): Promise<void> {
    for (let from = 0; from < ids.length; from += 100) {
      const some = ids.slice(from, from + 100);
      const found = await answer(api.GET("/api/actors", { params: { query: { id: some } } })).catch(() => ({ actors: [] }));
      for (const each of found.actors) actors.set(each.id, each);
      for (const id of some) if (!actors.has(id)) actors.set(id, { id, kind: "member", name: `#${id}`, avatar: "" });
    }
  }

  return {
    departments, tags, attributes, byId, children, inOrder, heads: counts.own, everybodyUnder: counts.everybody,
    counted: counts.of, load, reload, departmentName, way, isUnder, administers, tagName, actor, know, learn,
  };
});
