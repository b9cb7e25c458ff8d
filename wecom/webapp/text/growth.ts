// For tests: whether what takes words takes long words as well. By ratio, for machines are slow when they like.

/** How many times as long `work` takes for what is four times as long; 4 where it is linear, 16 where it is quadratic. */
export function growth(work: (length: number) => void, length = 5_000): number {
  const best = (of: number): number => {
    const taken = Array.from({ length: 5 }, () => {
      const began = performance.now();
      work(of);
      return performance.now() - began;
    });
    return Math.min(...taken) + 0.5; // less than that is nothing
  };
  return best(4 * length) / best(length);
}
