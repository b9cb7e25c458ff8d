// Several members who are moved to one department: what of their places stays, and what goes.
import type { Member } from "../directory";

export interface Moving {
  /** The departments that they are taken out of, those of most first. */
  from: { department: number; members: number }[];
  /** Who leads a department that they are taken out of. */
  leaders: string[];
}

export function whatGoes(members: readonly Member[], to: number): Moving {
  const from = new Map<number, number>();
  const leaders: string[] = [];
  for (const { name, departments } of members) {
    const gone = departments.filter((each) => each.department_id !== to);
    for (const { department_id } of gone) from.set(department_id, (from.get(department_id) ?? 0) + 1);
    if (gone.some((each) => each.is_leader)) leaders.push(name);
  }
  return { from: [...from].map(([department, count]) => ({ department, members: count })).sort((a, b) => b.members - a.members), leaders };
}

/** Their place there: who is in that department already keeps the rank and the lead they have in it. */
export function placeIn({ departments }: Member, to: number): Member["departments"][number] {
  return departments.find((each) => each.department_id === to) ?? { department_id: to, order: 0, is_leader: false };
}
