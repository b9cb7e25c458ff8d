// Whether a draft that comes from another device takes the place of what stands here.
import type { Draft } from "@/state/model";

export const standing = (text: string, answering: number | null): string => JSON.stringify([text, answering]);

/** `kept`: what stood here when it was last kept or taken up. Null: it was said there, or given up. */
export function adopts(text: string, answering: number | null, kept: string, draft: Draft | null): boolean {
  const here = standing(text, answering);
  const isUntouched = here === kept || (!text.trim() && answering === null);
  // An answer that has no words yet is no draft: nobody else's says anything of it.
  return isUntouched && (draft ? here !== standing(draft.content, draft.reply_to ?? null) : text !== "");
}
