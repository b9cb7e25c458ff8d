// Changing the tree of departments.
import { useI18n } from "vue-i18n";

import { answer, api } from "@/wire/http";

import { useDirectory, type Department } from "../directory";
import { confirmed } from "../parts/ask";
import { number } from "../parts/format";
import { attempt } from "../parts/load";
import type { Choice } from "../parts/MenuButton.vue";
import { notice } from "../parts/notice";

/** A department to be renamed or moved, or one under which another is to be. */
export interface Editing {
  department?: Department;
  under?: number;
}

export function useDepartmentActs() {
  const { t } = useI18n();
  const directory = useDirectory();

  const patch = (id: number, body: { parent_id?: number; order?: number }) =>
    answer(api.PATCH("/api/departments/{department_id}", { params: { path: { department_id: id } }, body }));

  /** All under it moves along, so that is said first, with how many that are where it is known. */
  async function agreedToMove(department: Department, below: number): Promise<boolean> {
    const title = t("people.moveDepartmentAsk", { name: department.name, parent: directory.departmentName(below) });
    const counted = await directory.counted(department.id);
    const text = counted ? t("people.moveDepartmentText", { members: number(counted.everybody) }) : t("people.moveDepartmentUncounted");
    return confirmed({ title, lines: [text], act: t("people.move") });
  }

  async function move(department: Department, below: number): Promise<void> {
    if (await attempt(() => patch(department.id, { parent_id: below }), t("frame.saved"))) await directory.reload();
  }

  /** Past its neighbour. Where several have the same order, those are told apart by it first. */
  async function shift(department: Department, step: 1 | -1): Promise<void> {
    const all = [...(directory.children.get(department.parent_id) ?? [])];
    const at = all.findIndex((each) => each.id === department.id);
    const other = all[at + step];
    if (!other) return;
    [all[at], all[at + step]] = [other, department];
    const orders = all.map((_, place) => (all.length - place) * 10);
    const changed = all.flatMap((each, place) => (each.order === orders[place] ? [] : [{ id: each.id, order: orders[place]! }]));
    const swapped = other.order !== department.order && [department, other].map((each) => ({ id: each.id, order: each === department ? other.order : department.order }));
    await attempt(async () => {
      for (const { id, order } of swapped || changed) await patch(id, { order });
    });
    await directory.reload();
  }

  async function remove(department: Department): Promise<void> {
    const members = (await directory.counted(department.id))?.own ?? 0;
    const departments = directory.children.get(department.id)?.length ?? 0;
    if (members || departments) {
      notice(`${t("people.notEmpty", { name: department.name })}. ${t("people.notEmptyText", { members, departments })}`, "problem");
      return;
    }
    const title = t("people.deleteDepartmentAsk", { name: department.name });
    if (!(await confirmed({ title, lines: [t("people.deleteDepartmentText")], act: t("frame.delete"), danger: true }))) return;
    const path = { department_id: department.id };
    if (await attempt(() => answer(api.DELETE("/api/departments/{department_id}", { params: { path } })), t("frame.done"))) await directory.reload();
  }

  /** What may be done with a department: nothing with one of somebody else's. */
  function choices(id: number, edit: (what: Editing) => void): Choice[] {
    const department = directory.byId.get(id);
    if (!department) return [];
    const mine = directory.administers(id);
    const above = department.parent_id !== null && directory.administers(department.parent_id);
    return [
      ...(mine ? [{ text: t("people.addBelow"), act: () => edit({ under: id }) }] : []),
      ...(mine ? [{ text: t("people.editDepartment"), act: () => edit({ department }) }] : []),
      ...(above ? [{ text: t("people.moveUp"), act: () => shift(department, -1) }] : []),
      ...(above ? [{ text: t("people.moveDown"), act: () => shift(department, 1) }] : []),
      ...(above ? [{ text: t("people.deleteDepartment"), act: () => remove(department), danger: true }] : []),
    ];
  }

  return { agreedToMove, move, shift, remove, choices };
}
