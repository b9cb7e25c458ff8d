// Where what was searched for stands in what is shown: as it is written, in pinyin, or as the initials of words.

export interface Piece {
  text: string;
  hit: boolean;
}

/** How a name is read, a syllable for each of its characters. */
export type Reading = readonly string[];
type Range = readonly [from: number, to: number];

const plain = (text: string): string => text.toLocaleLowerCase();

/** The text in pieces; one without a hit where nothing was found. */
export function pieces(text: string, query: string, readings: readonly Reading[] = []): Piece[] {
  const whole = plain(query.trim());
  const found = whole ? ranges(text, whole, readings) : [];
  if (found.length || !/\s/u.test(whole)) return cut(text, found);
  return cut(text, whole.split(/\s+/u).flatMap((word) => ranges(text, word, readings)));
}

export const hits = (text: string, query: string, readings: readonly Reading[] = []): boolean =>
  pieces(text, query, readings).some((each) => each.hit);

function ranges(text: string, wanted: string, readings: readonly Reading[]): Range[] {
  const at = plain(text).length === text.length ? plain(text).indexOf(wanted) : -1;
  if (at >= 0) return [[at, at + wanted.length]];
  const read = readings.map((each) => byReading(text, wanted, each)).find((each) => each.length);
  return read ?? byInitials(text, wanted);
}

/** `zs` and `zhangs` are in 张三, and so is `angsa`: the server finds what people type in the middle of, too. */
function byReading(text: string, wanted: string, syllables: Reading): Range[] {
  const characters = [...text];
  if (characters.length !== syllables.length) return [];
  const sought = wanted.replaceAll(/[\s']/gu, "");
  const initials = syllables.map((each) => each[0]).join("").indexOf(sought);
  if (initials >= 0) return [placeOf(characters, initials, initials + [...sought].length)];
  const from = syllables.join("").indexOf(sought);
  if (from < 0) return [];
  const ends: number[] = [];
  for (const each of syllables) ends.push((ends.at(-1) ?? 0) + each.length);
  const first = ends.findIndex((end) => end > from);
  const last = ends.findIndex((end) => end >= from + sought.length);
  return [placeOf(characters, first, last + 1)];
}

const placeOf = (characters: readonly string[], from: number, to: number): Range => [
  characters.slice(0, from).join("").length,
  characters.slice(0, to).join("").length,
];

/** `zs` is in `Zhang San`: the first letters of words that follow each other. */
function byInitials(text: string, wanted: string): Range[] {
  const starts = [...text.matchAll(/\p{L}+/gu)].map((word) => word.index);
  if (wanted.length < 2 || starts.length < wanted.length) return [];
  for (let from = 0; from + wanted.length <= starts.length; from++) {
    const run = starts.slice(from, from + wanted.length);
    if (run.every((at, index) => plain(text[at]!) === wanted[index])) return run.map((at) => [at, at + 1]);
  }
  return [];
}

function cut(text: string, found: readonly Range[]): Piece[] {
  const cuts: Piece[] = [];
  let done = 0;
  for (const [start, to] of found.toSorted((one, other) => one[0] - other[0])) {
    const from = Math.max(start, done);
    if (to <= from) continue;
    if (from > done) cuts.push({ text: text.slice(done, from), hit: false });
    cuts.push({ text: text.slice(from, to), hit: true });
    done = to;
  }
  if (done < text.length || !cuts.length) cuts.push({ text: text.slice(done), hit: false });
  return cuts;
}
