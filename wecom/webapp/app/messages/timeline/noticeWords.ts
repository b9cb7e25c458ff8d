// What happened in a group, in words.
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import { listedIn } from "@/text/lists";

import { useChat } from "../../stores/chat";
import { useDirectory } from "../../stores/directory";
import type { Noticed } from "./noticed";

/** More are counted, not named. */
const NAMED = 5;

export function useNoticeWords(): ComputedRef<(noticed: Noticed) => string> {
  const { t, locale } = useI18n();
  const chat = useChat();
  const directory = useDirectory();

  const nameOf = (id: number): string => directory.actor(id)?.name ?? "…";

  function listed(who: readonly number[]): string {
    const me = chat.me?.id;
    const named = who.slice(0, NAMED).map((id) => (id === me ? t("messages.noticed.youToo") : nameOf(id)));
    if (who.length > NAMED) named.push(t("messages.noticed.others", { n: who.length - NAMED }));
    return listedIn(locale.value, named);
  }

  return computed(() => ({ what, by, who, name }: Noticed): string => {
    const me = chat.me?.id;
    const gaps = { by: by === null ? "" : nameOf(by), who: listed(who), name };
    const alone = what === "started" && !who.length ? "startedAlone" : what;
    if (by !== null && by === me) return t(`messages.noticed.${alone}.you`, gaps);
    if (what === "left" || (by !== null && !who.includes(by))) return t(`messages.noticed.${alone}.other`, gaps);
    // Nobody is known to have done it, or whoever it happened to did it themselves.
    return t(`messages.noticed.${alone}.${who.length === 1 && who[0] === me ? "toYou" : "nobody"}`, gaps);
  });
}
