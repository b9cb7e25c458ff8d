// An excerpt cut where its highlights begin and end.
export interface Cut {
  text: string;
  hit: boolean;
}

export function cut(excerpt: string, highlights: readonly (readonly number[])[]): Cut[] {
  const cuts: Cut[] = [];
  let from = 0;
  for (const [start = 0, end = 0] of highlights) {
    if (start < from || end <= start || end > excerpt.length) continue;
    if (start > from) cuts.push({ text: excerpt.slice(from, start), hit: false });
    cuts.push({ text: excerpt.slice(start, end), hit: true });
    from = end;
  }
  if (from < excerpt.length) cuts.push({ text: excerpt.slice(from), hit: false });
  return cuts;
}
