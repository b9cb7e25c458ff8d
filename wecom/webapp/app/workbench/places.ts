// Where somebody is, told to a page that they allow to know; and a place that a page wants shown on a map.
import { ask } from "@/parts/say";

import type { Shown } from "./acts";
import type { Outcome } from "./bridge";
import { fromChinese, isInChina, toChinese, type Place } from "./coordinates";

type Translate = (key: string, gaps?: Record<string, unknown>) => string;
type Args = Record<string, unknown>;

export interface Places {
  located: (args: Args, origin: string) => Promise<Outcome>;
  opened: (args: Args) => Promise<Outcome>;
}

const WORLD = "wgs84";
const CHINESE = "gcj02";

export function placesOf(t: Translate, app: () => Shown): Places {
  /** Of which app, whose pages: another page in the same frame asks anew. */
  const allowed = new Set<string>();

  async function mayKnow(origin: string): Promise<boolean> {
    const { id, name } = app();
    const key = `${id} ${origin}`;
    if (allowed.has(key)) return true;
    const text = `${t("workbench.locateText")} (${new URL(origin).host})`;
    if (!(await ask({ title: t("workbench.locate", { app: name }), text, act: t("workbench.allow") }))) return false;
    allowed.add(key);
    return true;
  }

  async function located(args: Args, origin: string): Promise<Outcome> {
    const type = args.type ?? WORLD;
    if (type !== WORLD && type !== CHINESE) return ["fail invalid type"];
    if (!(await mayKnow(origin))) return ["cancel"];
    return new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const { accuracy, speed } = coords;
          const { latitude, longitude } = type === CHINESE ? toChinese(coords) : coords;
          resolve(["ok", { latitude, longitude, accuracy, speed: speed ?? -1 }]);
        },
        (problem) => resolve([problem.code === problem.PERMISSION_DENIED ? "fail auth deny" : "fail position unavailable"]),
        { enableHighAccuracy: true, timeout: 20_000 },
      );
    });
  }

  /** Whose map that is, is said before anything is told to it. */
  async function opened({ latitude, longitude, name, address }: Args): Promise<Outcome> {
    const place = { latitude: Number(latitude), longitude: Number(longitude) };
    if (!(Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180)) return ["fail invalid location"];
    const called = String(name ?? "").slice(0, 100);
    const map = mapOf(place, called);
    const text = [String(address ?? "").slice(0, 200), t("workbench.mapText", { map: map.host })].filter(Boolean).join("\n");
    if (!(await ask({ title: called || t("workbench.place"), text, act: t("workbench.mapOpen") }))) return ["cancel"];
    window.open(map.href, "_blank", "noopener,noreferrer");
    return ["ok"];
  }

  return { located, opened };
}

/** Pages give the places of Chinese maps; elsewhere those are the world's. */
function mapOf(place: Place, name: string): URL {
  if (isInChina(place)) {
    const query = new URLSearchParams({ position: `${place.longitude},${place.latitude}`, name, coordinate: "gaode" });
    return new URL(`https://uri.amap.com/marker?${query}`);
  }
  const { latitude, longitude } = fromChinese(place);
  return new URL(`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`);
}
