/** The first `most` of a list; where what is chosen lies behind them, it stands last among them. */
export function within<T>(all: readonly T[], most: number, isChosen: (each: T) => boolean): T[] {
  const first = all.slice(0, most);
  const beyond = all.length > most && !first.some(isChosen) ? all.find(isChosen) : undefined;
  return beyond === undefined ? first : [...first.slice(0, -1), beyond];
}
