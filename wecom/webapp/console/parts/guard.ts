// Nobody loses what they typed by leaving the page.
import { onScopeDispose, type Ref } from "vue";
import { onBeforeRouteLeave } from "vue-router";

import { i18n } from "@/text";

import { confirmed } from "./ask";

export function useGuard(dirty: Ref<boolean>): void {
  const { t } = i18n.global;
  const hold = (event: BeforeUnloadEvent) => {
    if (dirty.value) event.preventDefault();
  };
  addEventListener("beforeunload", hold);
  onScopeDispose(() => removeEventListener("beforeunload", hold));
  onBeforeRouteLeave(
    () =>
      !dirty.value ||
      confirmed({ title: t("frame.unsavedTitle"), lines: [t("frame.unsavedText")], act: t("frame.discard"), cancel: t("frame.stay"), danger: true }),
  );
}
