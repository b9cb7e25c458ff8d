// What is done with one member: links, disabling, signing out.
import { ref } from "vue";
import { useI18n } from "vue-i18n";

import { answer, api } from "@/wire/http";

import { type Member } from "../directory";
import { confirmed } from "../parts/ask";
import { attempt } from "../parts/load";

export interface MadeLink {
  name: string;
  purpose: "invite" | "reset";
  link: string;
  until: string;
}

/** A link that was made, for the screen to show. */
export const madeLink = ref<MadeLink | null>(null);

export function useMemberActs() {
  const { t } = useI18n();
  const of = (member: Member) => ({ params: { path: { member_id: member.id } } });

  async function link(member: Member, purpose: "invite" | "reset", ask = true): Promise<void> {
    const { name } = member;
    if (ask && !(await confirmed({ title: t(`people.${purpose}Ask`, { name }), lines: [t(`people.${purpose}Text`, { name })], act: t("people.makeLink") }))) return;
    await attempt(async () => {
      const made = await answer(
        purpose === "invite" ? api.POST("/api/members/{member_id}/invitation", of(member)) : api.POST("/api/members/{member_id}/password-reset", of(member)),
      );
      madeLink.value = { name, purpose, link: made.link, until: made.expires_at };
    });
  }

  /** Whether something changed. */
  async function disable(member: Member): Promise<boolean> {
    const { name } = member;
    const lines = [t("people.disableText", { name })];
    if (!(await confirmed({ title: t("people.disableAsk", { name }), lines, act: t("people.disable"), danger: true }))) return false;
    return attempt(() => answer(api.POST("/api/members/{member_id}/disable", of(member))), t("people.disabledNow", { name }));
  }

  function enable(member: Member): Promise<boolean> {
    return attempt(() => answer(api.POST("/api/members/{member_id}/enable", of(member))), t("people.enabledNow", { name: member.name }));
  }

  return { link, disable, enable };
}
