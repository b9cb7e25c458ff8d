// Where something is, in the two systems that pages ask for: the world's (WGS-84), and that of Chinese maps (GCJ-02),
// which lies some hundred metres beside it within China and is the same elsewhere.

export interface Place {
  latitude: number;
  longitude: number;
}

/** Of Krasovsky's ellipsoid: the half axis in metres, and the eccentricity squared. */
const AXIS = 6_378_245;
const ECCENTRICITY = 0.006_693_421_622_965_943;

export function isInChina({ latitude, longitude }: Place): boolean {
  return longitude > 73.66 && longitude < 135.05 && latitude > 3.86 && latitude < 53.55;
}

export function toChinese(place: Place): Place {
  if (!isInChina(place)) return place;
  const by = beside(place);
  return { latitude: place.latitude + by.latitude, longitude: place.longitude + by.longitude };
}

/** There is no way back but to try: each step comes some thousand times nearer. */
export function fromChinese(place: Place): Place {
  if (!isInChina(place)) return place;
  let found = place;
  for (let step = 0; step < 3; step++) {
    const there = toChinese(found);
    found = { latitude: found.latitude + place.latitude - there.latitude, longitude: found.longitude + place.longitude - there.longitude };
  }
  return found;
}

function beside({ latitude, longitude }: Place): Place {
  const [x, y] = [longitude - 105, latitude - 35];
  const angle = (latitude * Math.PI) / 180;
  const curved = 1 - ECCENTRICITY * Math.sin(angle) ** 2;
  const both: Wave[] = [[20, 6 * x], [20, 2 * x]];
  const north =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) +
    waves(...both, [20, y], [40, y / 3], [160, y / 12], [320, y / 30]);
  const east =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) +
    waves(...both, [20, x], [40, x / 3], [150, x / 12], [300, x / 30]);
  return {
    latitude: (north * 180) / (((AXIS * (1 - ECCENTRICITY)) / curved ** 1.5) * Math.PI),
    longitude: (east * 180) / ((AXIS / Math.sqrt(curved)) * Math.cos(angle) * Math.PI),
  };
}

type Wave = [height: number, at: number];

const waves = (...all: Wave[]): number => (all.reduce((sum, [height, at]) => sum + height * Math.sin(at * Math.PI), 0) * 2) / 3;
