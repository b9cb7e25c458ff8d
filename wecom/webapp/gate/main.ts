import "@/parts/base.css";

import { createApp } from "vue";

import { isAble } from "@/parts/able";
import { renewWhereGone } from "@/parts/renew";
import { followTheme } from "@/parts/theme";
import { i18n, keptLanguage, speak } from "@/text";

import App from "./App.vue";
import { begin } from "./gate";
import { startService } from "./service";
import { WORDS } from "./words";

if (isAble()) {
  renewWhereGone();
  followTheme();
  void start();
}

async function start(): Promise<void> {
  await speak(keptLanguage(), WORDS);
  createApp(App).use(i18n).mount("#page");
  void startService();
  await begin();
}
