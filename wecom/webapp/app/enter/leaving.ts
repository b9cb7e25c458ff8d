// Signing out of this device: asked first, and nothing of the account stays here.
import { useI18n } from "vue-i18n";

import { ask, say } from "@/parts/say";
import { reason } from "@/text/reason";

import { unsentPunches } from "../checkins/unsent";
import { closeNotifications } from "../notifications";
import { letGo } from "../push";
import { leaveFor } from "../router";
import { useSession } from "../session";

export function useLeaving(): () => Promise<void> {
  const { t } = useI18n();
  const session = useSession();
  return async () => {
    const punches = await unsentPunches();
    const lost = punches ? `${t("checkins.lost", punches)} ` : "";
    const sure = await ask({ title: t("enter.leave"), text: lost + t("enter.leaveWhat"), act: t("common.signOut"), danger: true });
    if (!sure) return;
    try {
      await session.leave();
      await Promise.allSettled([letGo(), closeNotifications()]);
      leaveFor({ name: "sign-in" });
    } catch (error) {
      say(reason(error), "problem");
    }
  };
}
