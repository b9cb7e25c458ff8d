// What stands in a face where there is no picture, and on which colour.
const HAN = /\p{Script=Han}/u;
export const FACES = 8;

/** The last two characters of a Chinese name, the initials of any other. */
export function initials(name: string): string {
  const said = name.trim();
  const letters = [...said];
  if (HAN.test(said)) {
    const han = letters.filter((each) => HAN.test(each));
    return han.slice(-2).join("");
  }
  const words = said.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = words.map((word) => [...word].find((each) => /[\p{L}\p{N}]/u.test(each))!);
  const drawn = first.length > 1 ? [first[0]!, first.at(-1)!] : [...(words[0] ?? said)].slice(0, 1);
  return drawn.join("").toUpperCase();
}

/** One of eight colours, the same for an id wherever it is shown. */
export const face = (id: number): number => ((Math.trunc(id) * 2654435761) >>> 0) % FACES;
