import "./parts/console.css";

import { createPinia } from "pinia";
import { createApp, watch } from "vue";

import { renewWhereGone } from "@/parts/renew";
import { followTheme } from "@/parts/theme";
import { i18n, keptLanguage, speak } from "@/text";

import App from "./App.vue";
import { router } from "./router";
import { useSession } from "./session";
import { WORDS } from "./words";

renewWhereGone();
followTheme();
void speak(keptLanguage(), WORDS).then(() => {
  createApp(App).use(createPinia()).use(i18n).use(router).mount("#page");
  const session = useSession();
  // Signed out elsewhere, or the session has ended: what was on screen is not shown any longer.
  watch(
    () => session.me,
    (me) => {
      const here = router.currentRoute.value;
      if (!me && !here.meta.open) void router.replace({ name: "sign-in", query: { then: here.fullPath } });
    },
  );
});
