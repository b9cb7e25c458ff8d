// Markdown is drawn by a part of its own, asked for where a conversation has some. Until it is here, and where it
// cannot be had, one reads the words as they were written.
import { markRaw, shallowRef } from "vue";

type Part = (typeof import("./MarkdownContent.vue"))["default"];

export const markdownPart = shallowRef<Part | null>(null);
let asked: Promise<void> | null = null;

/** Ends when it is here, or is not to be had now. */
export function needMarkdown(): Promise<void> {
  asked ??= import("./MarkdownContent.vue").then(
    (part) => void (markdownPart.value = markRaw(part.default)),
    () => void (asked = null),
  );
  return asked;
}
