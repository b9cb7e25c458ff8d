// What is wrong with a field of a form, said where it is: by the path by which the server names it.
import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from "vue";

type Wrongs = Ref<Record<string, string>>;
const WRONGS: InjectionKey<Wrongs> = Symbol("wrongs");

export function provideWrongs(wrongs: Wrongs): void {
  provide(WRONGS, wrongs);
}

/** Of the field itself; with `under`, also of all that is part of it and not said nearer: `weeks.0` of `weeks.0.timetable`. */
export function useWrong(at: () => string, under = false): ComputedRef<string> {
  const wrongs = inject(WRONGS, null);
  return computed(() => {
    const found = Object.entries(wrongs?.value ?? {}).find(([path]) => path === at() || (under && path.startsWith(`${at()}.`)));
    return found?.[1] ?? "";
  });
}

/** Let it be seen: what folds away is unfolded first. */
export function reveal(element: Element | null | undefined): void {
  for (let fold = element?.closest("details"); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
  element?.scrollIntoView({ block: "center" });
}
