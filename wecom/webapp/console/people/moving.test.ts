import { expect, test } from "vitest";

import type { Member } from "../directory";
import { placeIn, whatGoes } from "./moving";

const member = (name: string, ...departments: [id: number, order: number, is_leader: boolean][]) =>
  ({ name, departments: departments.map(([department_id, order, is_leader]) => ({ department_id, order, is_leader })) }) as Member;

const lead = member("张三", [2, 9, true], [3, 4, false]);
const one = member("李四", [2, 0, false]);
const there = member("王五", [5, 7, true]);

test("where they are moved from is said with how many, and who leads a department no longer", () => {
  expect(whatGoes([lead, one, there], 5)).toEqual({
    from: [
      { department: 2, members: 2 },
      { department: 3, members: 1 },
    ],
    leaders: ["张三"],
  });
});

test("who is there already keeps their rank and their lead; who comes has neither", () => {
  expect(placeIn(there, 5)).toEqual({ department_id: 5, order: 7, is_leader: true });
  expect(placeIn(lead, 5)).toEqual({ department_id: 5, order: 0, is_leader: false });
  expect(whatGoes([there], 5)).toEqual({ from: [], leaders: [] });
});
