// Where this device is, and how far that is from where one is to be.
import type { Place, Rule } from "@/wire/checkins";

const EARTH = 6_371_008.8;
const PATIENCE = 15_000;

type Spot = Pick<Place, "latitude" | "longitude">;

/** Along the ground. */
export function metres(one: Spot, other: Spot): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const up = Math.sin(radians(other.latitude - one.latitude) / 2) ** 2;
  const right = Math.sin(radians(other.longitude - one.longitude) / 2) ** 2;
  const along = Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude));
  return 2 * EARTH * Math.asin(Math.sqrt(Math.min(1, up + along * right)));
}

export interface Standing {
  within: boolean;
  title: string;
  /** Metres to the edge of the circle; 0 within it. */
  away: number;
}

/** Of a rule's places, that of which least is missing to be within. */
export function standing(rule: Pick<Rule, "places">, spot: Spot): Standing | null {
  let nearest: Standing | null = null;
  for (const each of rule.places) {
    const away = Math.max(0, metres(each, spot) - each.radius_m);
    if (!nearest || away < nearest.away) nearest = { within: away === 0, title: each.title || each.detail, away };
  }
  return nearest;
}

export type Problem = "denied" | "unavailable" | "insecure";

export class NoPlace extends Error {
  constructor(readonly problem: Problem) {
    super(problem);
  }
}

/** Known for so many milliseconds at most. Throws `NoPlace`. */
export function located(maximumAge: number): Promise<Place> {
  return new Promise((resolve, reject) => {
    if (!isSecureContext || !navigator.geolocation) return reject(new NoPlace("insecure"));
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => resolve({ latitude, longitude, accuracy_m: accuracy }),
      ({ code, PERMISSION_DENIED }) => reject(new NoPlace(code === PERMISSION_DENIED ? "denied" : "unavailable")),
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge },
    );
  });
}
