import "@/parts/base.css";

import "./coming.css";

import { createPinia } from "pinia";
import { createApp } from "vue";

import { isAble } from "@/parts/able";
import { renewWhereGone } from "@/parts/renew";
import { followTheme } from "@/parts/theme";
import { i18n, keptLanguage, speak } from "@/text";

import App from "./App.vue";
import { router } from "./router";
import { startService } from "./service";
import { useChat } from "./stores/chat";
import { WORDS } from "./words";

/** So long is waited for what the first screen shows, that it be drawn once and whole; then it says that it waits. */
const PATIENCE = 600;

const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));

if (isAble()) {
  renewWhereGone();
  followTheme();
  void start();
}

async function start(): Promise<void> {
  // Before there are words: where one goes is found out meanwhile.
  const app = createApp(App).use(createPinia()).use(i18n).use(router);
  await speak(keptLanguage(), WORDS);
  // The shape of what comes stands in the page until it does.
  await router.isReady().catch(() => undefined);
  await Promise.race([useChat().shown(), pause(PATIENCE)]);
  app.mount("#page");
  void startService(router);
}
