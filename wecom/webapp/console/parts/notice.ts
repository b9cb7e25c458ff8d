// Short words at the edge of the screen that go by themselves.
import { ref } from "vue";

export interface Notice {
  id: number;
  text: string;
  kind: "good" | "problem";
}

export const notices = ref<Notice[]>([]);
let last = 0;

export function notice(text: string, kind: Notice["kind"] = "good"): void {
  const id = ++last;
  notices.value = [...notices.value.slice(-2), { id, text, kind }];
  setTimeout(() => dismiss(id), kind === "problem" ? 9000 : 3500);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((each) => each.id !== id);
}
