// Asking before something is done that cannot be taken back.
import { shallowRef } from "vue";

export interface Question {
  title: string;
  /** What will happen, a sentence each. */
  lines: readonly string[];
  /** What the button says that does it. */
  act: string;
  cancel?: string;
  danger?: boolean;
  /** What must be typed first. */
  word?: string;
}

export const asked = shallowRef<(Question & { settle: (yes: boolean) => void }) | null>(null);

export function confirmed(question: Question): Promise<boolean> {
  asked.value?.settle(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      settle(yes) {
        asked.value = null;
        resolve(yes);
      },
    };
  });
}
