// A punch that was made here and is not known to be kept yet.
import type { Place, Way } from "./checkins";
import type { Refusal } from "./http";

export interface WaitingPunch {
  client_id: string;
  kind: "regular" | "outside";
  way: Way | null;
  /** When it was done, in milliseconds, by this device's clock. */
  at: number;
  place: Place | null;
  note: string;
  photo?: Blob;
  /** It is on the server already. */
  photo_id?: string;
  /** It could not be sent when it was done. */
  waited: boolean;
  /** Why the server will not have it; it stays until it is discarded. */
  refusal?: Refusal;
}
