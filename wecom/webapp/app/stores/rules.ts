// What the company has settled of what one may do, so that what would be refused is not offered. Asked for once, a while
// after it is first wanted; until it is known everything is offered, and refused in words.
import { shallowRef, type ShallowRef } from "vue";

import { rules as ask, type Rules } from "@/wire/me";

const LATER = 1_500;
const known = shallowRef<Rules | null>(null);
let asking = false;

export function useRules(): Readonly<ShallowRef<Rules | null>> {
  if (!known.value && !asking) {
    asking = true;
    setTimeout(() => {
      ask()
        .then((found) => void (known.value = found))
        .catch(() => undefined)
        .finally(() => (asking = false));
    }, LATER);
  }
  return known;
}

/** Whether one's own message can still be taken back. */
export const isRecent = (sentAt: string, rules: Rules | null, now = Date.now()): boolean =>
  rules === null || now - Date.parse(sentAt) < rules.recall_minutes * 60_000;
