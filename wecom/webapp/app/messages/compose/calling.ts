// The @ that is being written: what stands after it, before the caret.
export interface Calling {
  /** Where the @ stands. */
  from: number;
  /** What was written after it. */
  said: string;
}

const LONGEST = 20;

/** An @ calls at the start of a word; in an e-mail address it does not. */
export function callingAt(text: string, caret: number): Calling | null {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf("@");
  if (from < 0) return null;
  const said = before.slice(from + 1);
  if (said.length > LONGEST || /[\s@]/u.test(said)) return null;
  if (/[\w.+-]$/u.test(before.slice(0, from))) return null;
  return { from, said };
}

/** The text with a name in the place of what was written of it, and where the caret goes. */
export function called(text: string, caret: number, calling: Calling, name: string): { text: string; caret: number } {
  const start = `${text.slice(0, calling.from)}@${name} `;
  return { text: start + text.slice(caret).replace(/^ /u, ""), caret: start.length };
}

export interface Chosen {
  id: number;
  name: string;
}

/** Who is still called on in what is sent: their names may have been deleted again. Everyone (0) is nobody of them. */
export function stillCalled(text: string, chosen: readonly Chosen[]): number[] {
  const ids = chosen.filter((each) => each.id > 0 && text.includes(`@${each.name}`)).map((each) => each.id);
  return [...new Set(ids)].slice(0, 200);
}
