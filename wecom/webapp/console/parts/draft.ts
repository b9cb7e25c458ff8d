// What somebody is about to change, while the record under it is read anew.

/** `draft` over a record that was `was` and is `now`: what was typed stays, all else is as the record has it. */
export function carried<T extends object>(was: T, now: T, draft: T): T {
  const kept = { ...now };
  for (const key of Object.keys(now) as (keyof T)[]) {
    if (JSON.stringify(draft[key]) !== JSON.stringify(was[key])) kept[key] = draft[key];
  }
  return kept;
}
