// Short words that pass (`say`), and questions that must be answered (`ask`). `Hosts.vue` shows them.
import { shallowRef } from "vue";

export interface Said {
  text: string;
  kind: "plain" | "problem";
  id: number;
}

export const said = shallowRef<Said[]>([]);
let last = 0;

export function say(text: string, kind: Said["kind"] = "plain"): void {
  const id = ++last;
  said.value = [...said.value.filter((each) => each.text !== text).slice(-2), { text, kind, id }];
  setTimeout(() => (said.value = said.value.filter((each) => each.id !== id)), kind === "problem" ? 6000 : 2500);
}

export interface Question {
  title: string;
  text?: string;
  /** What the button says that does it. */
  act: string;
  danger?: boolean;
  answer: (yes: boolean) => void;
}

export const question = shallowRef<Question | null>(null);

/** Ask before something is done that cannot be undone. */
export function ask(about: Omit<Question, "answer">): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((resolve) => {
    question.value = {
      ...about,
      answer: (yes) => {
        question.value = null;
        resolve(yes);
      },
    };
  });
}
