// What a gate keeps on its device: its key, what the server told, which steps it has admitted, what is to be reported.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import { STEP } from "@/pass/bytes";
import type { Compared } from "@/pass/clock";
import type { Knowledge, Passage } from "@/wire/gate";

export interface Facts {
  key: string;
  knowledge: Knowledge;
  clock: Compared;
}

/** Of which gate: what another one saw on this device is not this one's to tell. */
export interface Waiting {
  gate: number;
  passage: Passage;
}

interface Shape extends DBSchema {
  facts: { key: string; value: Facts[keyof Facts] };
  /** A step that was admitted, once; `at`: in seconds, for forgetting it when it is stale anyway. */
  seen: { key: [string, number]; value: { serial: string; step: number; at: number }; indexes: { at: number } };
  passages: { key: string; value: Waiting };
}

export class Keep {
  private constructor(private readonly db: IDBPDatabase<Shape>) {}

  /** Throws where this browser keeps nothing: a gate that forgets what it admitted is none. */
  static async open(): Promise<Keep> {
    const db = await openDB<Shape>("wecom-gate", 1, {
      upgrade(made) {
        made.createObjectStore("facts");
        made.createObjectStore("seen", { keyPath: ["serial", "step"] }).createIndex("at", "at");
        made.createObjectStore("passages", { keyPath: "passage.id" });
      },
    });
    // Browsers clear away what they think is not needed.
    await navigator.storage?.persist?.().catch(() => false);
    return new Keep(db);
  }

  async fact<Name extends keyof Facts>(name: Name): Promise<Facts[Name] | null> {
    return ((await this.db.get("facts", name)) as Facts[Name] | undefined) ?? null;
  }

  async learn(facts: Partial<Facts>): Promise<void> {
    const writing = this.db.transaction("facts", "readwrite");
    await Promise.all([...Object.entries(facts).map(([name, value]) => writing.store.put(value, name)), writing.done]);
  }

  async wasSeen(serial: string, step: number): Promise<boolean> {
    return (await this.db.getKey("seen", [serial, step])) !== undefined;
  }

  /** The step and its passage in one: what is let through is never unknown afterwards. False: another page was first. */
  async admit(waiting: Waiting, serial: string, step: number): Promise<boolean> {
    const writing = this.db.transaction(["seen", "passages"], "readwrite", { durability: "strict" });
    const seen = writing.objectStore("seen");
    if ((await seen.getKey([serial, step])) !== undefined) {
      await writing.done;
      return false;
    }
    const both = [seen.put({ serial, step, at: step * STEP }), writing.objectStore("passages").put(waiting)];
    await Promise.all([...both, writing.done]);
    return true;
  }

  async refuse(waiting: Waiting): Promise<void> {
    await this.db.put("passages", waiting);
  }

  async waiting(gate: number, most: number): Promise<Waiting[]> {
    return (await this.db.getAll("passages")).filter((each) => each.gate === gate).slice(0, most);
  }

  async count(): Promise<number> {
    return this.db.count("passages");
  }

  async reported(ids: string[]): Promise<void> {
    const writing = this.db.transaction("passages", "readwrite");
    await Promise.all([...ids.map((id) => writing.store.delete(id)), writing.done]);
  }

  /** Steps from before, in seconds: they are stale, whoever shows them. */
  async forgetSteps(before: number): Promise<void> {
    const writing = this.db.transaction("seen", "readwrite");
    for await (const each of writing.store.index("at").iterate(IDBKeyRange.upperBound(before))) await each.delete();
    await writing.done;
  }

  /** What the server told, and the key to it. What waits stays. */
  async forget(): Promise<void> {
    await this.db.clear("facts");
  }

  async forgetAll(): Promise<void> {
    await Promise.all([this.db.clear("facts"), this.db.clear("passages"), this.db.clear("seen")]);
  }
}
