// One line that stands for a message: in the list, in a quote, in what a screen reader hears.
import type { Content } from "@/state/model";

type Translate = (key: string, gaps?: Record<string, unknown>) => string;

/** Of a long text: more than a line has room for, with all its signs. */
const LOOKED_AT = 1_000;

/** Markdown without its signs. */
export function unmarked(text: string): string {
  return text
    .slice(0, LOOKED_AT)
    .replace(/```\w*\n?/gu, "")
    .replace(/<\/?font[^>]{0,40}>/giu, "")
    .replace(/!?\[([^\]]{0,200})\]\([^)]{0,400}\)/gu, "$1")
    .replace(/^[ \t]*(?:#{1,6}|>+|[-*+]|\d+\.)[ \t]+/gmu, "")
    .replace(/(\*\*|__|~~|`)(.+?)\1/gu, "$2")
    .replace(/^\|?[ \t:|-]+\|?$/gmu, "")
    .replace(/\|/gu, " ");
}

const line = (text: string): string => text.slice(0, 400).split(/\s+/u).join(" ").trim().slice(0, 200);

export function preview(content: Content | null, t: Translate): string {
  if (!content) return t("messages.recalledShort");
  switch (content.msgtype) {
    case "text":
      return line(content.content);
    case "markdown":
    case "markdown_v2":
      return line(unmarked(content.content));
    case "textcard":
      return line(content.title);
    case "news":
      return line(content.articles[0]?.title ?? "");
    case "image":
      return t("messages.anImage");
    case "file":
      return t("messages.aFile", { name: content.name });
    default:
      return t("messages.aMessage");
  }
}
