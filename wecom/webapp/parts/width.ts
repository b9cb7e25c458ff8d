// How wide the window is, in the three ways that matter.
import { ref, type Ref } from "vue";

function follow(query: string): Ref<boolean> {
  const media = matchMedia(query);
  const is = ref(media.matches);
  media.addEventListener("change", (event) => (is.value = event.matches));
  return is;
}

/** Panes beside each other; else screens over each other. */
export const isWide = follow("(min-width: 900px)");
/** Room for details beside a conversation. */
export const isBroad = follow("(min-width: 1200px)");
/** A finger, which needs more room and cannot hover. */
export const isTouched = follow("(pointer: coarse)");
