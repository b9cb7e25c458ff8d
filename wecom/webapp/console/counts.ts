// How many members departments have. Counting a large company takes its time, and may fail.
import { shallowRef, type ShallowRef } from "vue";

export interface Counted {
  department_id: number;
  own: number;
  everybody: number;
}

export interface Counts {
  /** By department: its own, and with those of departments under it, each once. Empty until counted. */
  own: ShallowRef<ReadonlyMap<number, number>>;
  everybody: ShallowRef<ReadonlyMap<number, number>>;
  /** Count anew. */
  begin: () => void;
  /** Both of one department, once they are counted; null where they cannot be told. */
  of: (department: number) => Promise<{ own: number; everybody: number } | null>;
}

/** Longer than this nobody waits for a number. */
const PATIENCE = 5000;

export function useCounts(ask: () => Promise<readonly Counted[]>): Counts {
  const own = shallowRef<ReadonlyMap<number, number>>(new Map());
  const everybody = shallowRef<ReadonlyMap<number, number>>(new Map());
  let newest: Promise<boolean> = Promise.resolve(false);

  function begin(): void {
    const mine: Promise<boolean> = ask().then(
      (found) => {
        if (mine !== newest) return newest;
        own.value = new Map(found.map((each) => [each.department_id, each.own]));
        everybody.value = new Map(found.map((each) => [each.department_id, each.everybody]));
        return true;
      },
      () => (mine === newest ? false : newest),
    );
    newest = mine;
  }

  async function of(department: number): Promise<{ own: number; everybody: number } | null> {
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE, false));
    if (!(await Promise.race([newest, late]))) return null;
    return { own: own.value.get(department) ?? 0, everybody: everybody.value.get(department) ?? 0 };
  }

  return { own, everybody, begin, of };
}
