// What a refusal says to a person: our own words for its name where this language has some, else the server's.
import { Refused } from "@/wire/http";

import { i18n } from ".";

export function reason(error: unknown): string {
  const { t, te, locale } = i18n.global as unknown as {
    t: (key: string, facts?: Record<string, unknown>) => string;
    te: (key: string, locale?: string) => boolean;
    locale: { value: string };
  };
  if (!(error instanceof Refused)) return t("common.unreachable");
  const { why } = error.refusal.facts;
  if (typeof why === "string" && te(`unfit.${why}`, locale.value)) return t(`unfit.${why}`, error.refusal.facts);
  const name = error.retryAfter === null ? error.refusal.error : `${error.refusal.error}For`;
  for (const key of [`refusals.${name}`, `refusals.${error.refusal.error}`]) {
    if (te(key, locale.value)) return t(key, { ...error.refusal.facts, minutes: Math.max(1, Math.ceil((error.retryAfter ?? 0) / 60)) });
  }
  return error.message;
}
