// Files that are dragged over something, and dropped on it.
import { ref, type Ref } from "vue";

export function useDropped(take: (files: File[]) => unknown): { over: Ref<boolean>; on: Record<string, (event: DragEvent) => void> } {
  const over = ref(false);
  let depth = 0;
  const brings = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

  return {
    over,
    on: {
      dragenter(event) {
        if (brings(event)) over.value = ++depth > 0;
      },
      dragover(event) {
        if (brings(event)) event.preventDefault();
      },
      dragleave(event) {
        if (brings(event)) over.value = --depth > 0;
      },
      drop(event) {
        depth = 0;
        over.value = false;
        if (!brings(event)) return;
        event.preventDefault();
        const files = [...(event.dataTransfer?.items ?? [])].filter((each) => each.kind === "file" && !each.webkitGetAsEntry()?.isDirectory);
        const found = files.flatMap((each) => each.getAsFile() ?? []);
        if (found.length) take(found);
      },
    },
  };
}
