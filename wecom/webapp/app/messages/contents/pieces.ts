// What is written, cut into words, links and whom it calls on.
export type Piece =
  | { kind: "words"; text: string }
  | { kind: "link"; text: string; to: string }
  | { kind: "mention"; text: string; id: number | null };

export interface Named {
  id: number;
  name: string;
  userid?: string;
}

const EVERYONE = ["所有人", "all", "everyone", "alle"];
const STOPS = "\\s<>\"'`，。；：！？、（）《》〈〉「」『』【】“”‘’…";
/** Bounded, and begun only where a word begins: whoever writes 20,000 letters must not make anybody wait. */
const MAIL = "(?<![\\w.+-])[\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,8}";
const LINK = new RegExp(`(?:https?://|www\\.)[^${STOPS}]+|${MAIL}`, "giu");
const CLOSING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

const count = (text: string, letter: string): number => text.split(letter).length - 1;

/** A sentence's end is no part of the address that it ends with; nor is a bracket that opened before it. */
function trimmed(found: string): string {
  const left = new Map(Object.keys(CLOSING).map((close) => [close, count(found, close) - count(found, CLOSING[close]!)]));
  let end = found.length;
  for (; end > 0; end--) {
    const last = found[end - 1]!;
    const tooMany = left.get(last) ?? 0;
    if (tooMany > 0) left.set(last, tooMany - 1);
    else if (!".,;:!?*_~".includes(last)) break;
  }
  return found.slice(0, end);
}

function* linked(text: string): Generator<Piece> {
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const said = trimmed(match[0]);
    if (said.length < 5 || match.index < from) continue;
    if (match.index > from) yield { kind: "words", text: text.slice(from, match.index) };
    const to = /^https?:/iu.test(said) ? said : said.includes("@") && !/^www\./iu.test(said) ? `mailto:${said}` : `https://${said}`;
    yield { kind: "link", text: said, to };
    from = match.index + said.length;
  }
  if (from < text.length) yield { kind: "words", text: text.slice(from) };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");

/** `called`: whom the message calls on; only their names after an @ are more than words. */
export function pieces(text: string, called: readonly Named[], everyone: boolean): Piece[] {
  const ids = new Map<string, number | null>();
  const shown = new Map<string, string>();
  for (const each of called) {
    if (each.name) ids.set(`@${each.name}`, each.id);
    if (!each.userid) continue;
    ids.set(`<@${each.userid}>`, each.id);
    shown.set(`<@${each.userid}>`, `@${each.name}`);
  }
  if (everyone) for (const word of [...EVERYONE.map((each) => `@${each}`), "<@all>"]) ids.set(word, null);
  if (!ids.size) return [...linked(text)];
  const words = [...ids.keys()].sort((one, other) => other.length - one.length);
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(new RegExp(words.map(escaped).join("|"), "gu"))) {
    found.push(...linked(text.slice(from, match.index)));
    found.push({ kind: "mention", text: shown.get(match[0]) ?? match[0].replace(/^<(.*)>$/u, "$1"), id: ids.get(match[0]) ?? null });
    from = match.index + match[0].length;
  }
  return [...found, ...linked(text.slice(from))];
}

const PICTURE = /\p{RGI_Emoji}/v;
const PICTURES = /^(?:\p{RGI_Emoji}|\s)+$/v;

/** How many emoji a text is made of, if of nothing else; 0 where it says something. */
export function onlyEmoji(text: string): number {
  const said = text.trim();
  if (said.length > 64 || !PICTURES.test(said)) return 0;
  return [...new Intl.Segmenter().segment(said)].filter((each) => PICTURE.test(each.segment)).length;
}

/** Whether an address may be opened from a message: what runs code here may not. */
export const safe = (address: string): boolean => /^(?:https?|mailto|tel):/iu.test(address.trim());
