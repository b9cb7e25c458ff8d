// Where what was searched for stands in what is shown: as it is written, or as the initials of words.

export interface Piece {
  text: string;
  hit: boolean;
}

const plain = (text: string): string => text.toLocaleLowerCase();

/** The text in pieces; one without a hit where nothing was found. */
export function pieces(text: string, query: string): Piece[] {
  const wanted = plain(query.trim());
  const at = wanted && plain(text).length === text.length ? plain(text).indexOf(wanted) : -1;
  if (at >= 0) return cut(text, [[at, at + wanted.length]]);
  const initials = wanted ? byInitials(text, wanted) : [];
  return initials.length ? cut(text, initials) : [{ text, hit: false }];
}

export const hits = (text: string, query: string): boolean => pieces(text, query).some((each) => each.hit);

/** `zs` is in `Zhang San`: the first letters of words that follow each other. */
function byInitials(text: string, wanted: string): [number, number][] {
  const starts = [...text.matchAll(/\p{L}+/gu)].map((word) => word.index);
  if (wanted.length < 2 || starts.length < wanted.length) return [];
  for (let from = 0; from + wanted.length <= starts.length; from++) {
    const run = starts.slice(from, from + wanted.length);
    if (run.every((at, index) => plain(text[at]!) === wanted[index])) return run.map((at) => [at, at + 1]);
  }
  return [];
}

function cut(text: string, ranges: [number, number][]): Piece[] {
  const found: Piece[] = [];
  let done = 0;
  for (const [from, to] of ranges) {
    if (from > done) found.push({ text: text.slice(done, from), hit: false });
    found.push({ text: text.slice(from, to), hit: true });
    done = to;
  }
  if (done < text.length) found.push({ text: text.slice(done), hit: false });
  return found;
}
