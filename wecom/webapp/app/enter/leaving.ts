// Signing out of this device: asked first, and nothing of the account stays here.
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import { ask, say } from "@/parts/say";
import { reason } from "@/text/reason";

import { closeNotifications } from "../notifications";
import { letGo } from "../push";
import { begunAnew } from "../router";
import { useSession } from "../session";

export function useLeaving(): () => Promise<void> {
  const { t } = useI18n();
  const router = useRouter();
  const session = useSession();
  return async () => {
    const sure = await ask({ title: t("enter.leave"), text: t("enter.leaveWhat"), act: t("common.signOut"), danger: true });
    if (!sure) return;
    try {
      await session.leave();
      await Promise.allSettled([letGo(), closeNotifications(), router.replace({ name: "sign-in" })]);
      begunAnew();
    } catch (error) {
      say(reason(error), "problem");
    }
  };
}
