// What a make-up is for.
export const WAYS = ["start", "end"] as const;

export interface MadeUp {
  /** The date. */
  on: string;
  /** Of its slots; none: the first one's coming, the last one's going. */
  slot: number | null;
  way: (typeof WAYS)[number];
  /** When it counts, by the clock where it is worked. */
  at: string;
}
