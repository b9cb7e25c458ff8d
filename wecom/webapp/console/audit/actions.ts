// What may stand in the log as done, found by what it is called.
type Words = { [noun: string]: { [verb: string]: unknown } };

/** Every action, as `noun.verb`. */
export function actionsOf(words: Words): string[] {
  return Object.entries(words).flatMap(([noun, verbs]) => Object.keys(verbs).map((verb) => `${noun}.${verb}`));
}

/** The action that is meant by what somebody typed: its name, as much of it as no other has, or a code. */
export function meant(typed: string, names: ReadonlyMap<string, string>): string | null {
  const text = typed.trim().toLocaleLowerCase();
  const all = [...names].map(([code, name]) => [code, name.toLocaleLowerCase()] as const);
  const same = all.find(([code, name]) => name === text || code === text);
  if (same) return same[0];
  if (/^[a-z_]+\.[a-z_]+$/.test(text)) return text;
  const like = all.filter(([, name]) => text && name.includes(text));
  return like.length === 1 ? like[0]![0] : null;
}
