// How a point stands, in words and in a colour.
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import type { Day, Point } from "@/wire/checkins";

import { useLengths } from "./when";

export type Tone = "good" | "bad" | "worse" | "soft" | "told";

export function toneOf(status: Point["status"]): Tone {
  if (status === "normal") return "good";
  if (status === "late" || status === "early") return "bad";
  if (status === "missing" || status === "absent") return "worse";
  return status === "covered" ? "told" : "soft";
}

export function useStatus(): ComputedRef<(point: Pick<Point, "status" | "seconds">) => string> {
  const { t } = useI18n();
  const length = useLengths();
  return computed(() => ({ status, seconds }) => {
    const timed = (status === "late" || status === "early") && seconds >= 60;
    return timed ? t(`checkins.${status}By`, { time: length.value(seconds) }) : t(`checkins.status_${status}`);
  });
}

const ORDER: Tone[] = ["worse", "bad", "told", "good", "soft"];

/** The worst of a day. A day that is not over is not judged; on a day off, what one did on one's own is no matter. */
export function toneOfDay(day: Day): Tone {
  const tones = day.points.filter((each) => each.status !== "not_yet").map((each) => toneOf(each.status));
  if (day.exceptions.some((each) => each.kind === "place" || each.kind === "device")) tones.push("bad");
  return ORDER.find((tone) => tones.includes(tone)) ?? "soft";
}
