// A card's description: WeCom's three classes of lines, and breaks. Whatever else looks like HTML is words.
export interface CardLine {
  text: string;
  look: "normal" | "gray" | "highlight";
}

const DIV = /<div\s+class=["']?(gray|normal|highlight)["']?\s*>([\s\S]*?)<\/div>|<br\s*\/?>|\n/giu;
const ENTITIES: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&nbsp;": "\u00A0", "&#39;": "'" };
const read = (text: string): string => text.replace(/&(?:lt|gt|amp|quot|nbsp|#39);/gu, (each) => ENTITIES[each]!);

export function cardLines(description: string): CardLine[] {
  const lines: CardLine[] = [];
  const say = (text: string, look: CardLine["look"]) => {
    for (const line of text.split(/<br\s*\/?>|\n/iu)) if (line.trim()) lines.push({ text: read(line.trim()), look });
  };
  let from = 0;
  for (const match of description.matchAll(DIV)) {
    say(description.slice(from, match.index), "normal");
    if (match[1]) say(match[2]!, match[1].toLowerCase() as CardLine["look"]);
    from = match.index + match[0].length;
  }
  say(description.slice(from), "normal");
  return lines;
}
