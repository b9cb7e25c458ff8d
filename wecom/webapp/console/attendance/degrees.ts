// Degrees of a place as people have them: copied from some map, in some order, by one of two ways of counting.

export interface Degrees {
  latitude: number;
  longitude: number;
}

const PAIR = String.raw`(-?\d{1,3}(?:\.\d+)?)[°\s]*([NSEW]?)`;
/** As addresses of maps have them: @31.2,121.4 · q=31.2,121.4 · geo:31.2,121.4 · #map=17/31.2/121.4 · mlat=31.2&mlon=121.4 */
const IN_ADDRESS = /(?:#map=\d+\/|[@=:]|mlat=)(-?\d{1,3}\.\d+)(?:,|%2C|\/|&mlon=)(-?\d{1,3}\.\d+)/i;
const IN_WORDS = new RegExp(`^${PAIR}[\\s,;，；/]+${PAIR}$`, "i");
/** As some languages write them: 53,5511; 9,9937 */
const WITH_COMMAS = /^(-?\d{1,3}),(\d+)[\s;；]+(-?\d{1,3}),(\d+)$/;

/** Latitude and longitude; the other way round where it can only be that. */
export function degreesIn(text: string): Degrees | null {
  const said = text.trim();
  const commas = WITH_COMMAS.exec(said);
  if (commas) return whole(Number(`${commas[1]}.${commas[2]}`), Number(`${commas[3]}.${commas[4]}`));
  const found = IN_ADDRESS.exec(said);
  if (found) return whole(Number(found[1]), Number(found[2]));
  const [, one, letter, other, second] = IN_WORDS.exec(said) ?? [];
  if (!one || !other) return null;
  const signed = (number: string, of: string) => Number(number) * (/[SW]/i.test(of) ? -1 : 1);
  const pair = [signed(one, letter ?? ""), signed(other, second ?? "")] as const;
  return /[EW]/i.test(letter ?? "") ? whole(pair[1], pair[0]) : whole(...pair);
}

export function shown({ latitude, longitude }: Degrees): string {
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? `${latitude}, ${longitude}` : "";
}

function whole(one: number, other: number): Degrees | null {
  const [latitude, longitude] = Math.abs(one) > 90 ? [other, one] : [one, other];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

const AXIS = 6_378_245;
const FLATNESS = 0.00669342162296594323;

export function isInChina({ latitude, longitude }: Degrees): boolean {
  return latitude >= 0.8293 && latitude <= 55.8271 && longitude >= 72.004 && longitude <= 137.8347;
}

/** What a map in China shows there, which counts in GCJ-02, in the degrees in which everybody else counts. */
export function fromChineseMap(there: Degrees): Degrees {
  if (!isInChina(there)) return there;
  let found = there;
  for (let n = 0; n < 20; n += 1) {
    const moved = off(found);
    found = { latitude: there.latitude - moved.latitude, longitude: there.longitude - moved.longitude };
  }
  return { latitude: Number(found.latitude.toFixed(6)), longitude: Number(found.longitude.toFixed(6)) };
}

/** By how much such a map moves a point. */
function off({ latitude, longitude }: Degrees): Degrees {
  const [x, y] = [longitude - 105, latitude - 35];
  const wave = (size: number, of: number) => size * Math.sin(of * Math.PI);
  const both = ((wave(20, 6 * x) + wave(20, 2 * x)) * 2) / 3;
  const up =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + both +
    ((wave(20, y) + wave(40, y / 3) + wave(160, y / 12) + wave(320, y / 30)) * 2) / 3;
  const right =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + both +
    ((wave(20, x) + wave(40, x / 3) + wave(150, x / 12) + wave(300, x / 30)) * 2) / 3;
  const radians = (latitude * Math.PI) / 180;
  const magic = 1 - FLATNESS * Math.sin(radians) ** 2;
  return {
    latitude: (up * 180) / (((AXIS * (1 - FLATNESS)) / magic ** 1.5) * Math.PI),
    longitude: (right * 180) / ((AXIS / Math.sqrt(magic)) * Math.cos(radians) * Math.PI),
  };
}
