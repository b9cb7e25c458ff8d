// For tests: whether what takes words takes long words as well. By ratio, for machines are slow when they like.

const ENOUGH = 5;
const MOST = 30;
/** Well between 4, which is linear, and 16, which is quadratic. */
const SURE = 8;

/**
 * How many times as long `work` takes for what is four times as long; 4 where it is linear, 16 where it is quadratic.
 *
 * The best of each counts, both in turn, so that a moment in which the machine was busy is borne by both; as often as
 * it takes for the best to be had.
 */
export function growth(work: (length: number) => void, length = 5_000): number {
  const taken = (of: number): number => {
    const began = performance.now();
    work(of);
    return performance.now() - began;
  };
  let few = Infinity;
  let many = Infinity;
  const ratio = (): number => (many + 0.5) / (few + 0.5); // less than that is nothing
  for (let times = 0; times < ENOUGH || (times < MOST && ratio() > SURE); times++) {
    few = Math.min(few, taken(length));
    many = Math.min(many, taken(4 * length));
  }
  return ratio();
}
