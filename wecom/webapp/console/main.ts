import "@/parts/base.css";

import "./parts/console.css";

import { createPinia } from "pinia";
import { createApp, watch } from "vue";

import { isAble } from "@/parts/able";
import { renewWhereGone } from "@/parts/renew";
import { followTheme } from "@/parts/theme";
import { i18n, keptLanguage, speak } from "@/text";

import App from "./App.vue";
import { router } from "./router";
import { useSession } from "./session";
import { WORDS } from "./words";

/** A page that has no words yet has none for saying so: it tries again. */
const AGAIN = 3000;

if (isAble()) {
  renewWhereGone();
  followTheme();
  void start();
}

async function start(): Promise<void> {
  try {
    await speak(keptLanguage(), WORDS);
  } catch {
    setTimeout(() => void start(), AGAIN);
    return;
  }
  createApp(App).use(createPinia()).use(i18n).use(router).mount("#page");
  const session = useSession();
  // Signed out elsewhere, or the session has ended: what was on screen, and what is known, goes with the page.
  watch(
    () => session.me,
    (me) => {
      const here = router.currentRoute.value;
      if (!me && !here.meta.open) location.replace(router.resolve({ name: "sign-in", query: { then: here.fullPath } }).href);
    },
  );
}
