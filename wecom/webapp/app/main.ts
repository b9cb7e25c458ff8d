import { createPinia } from "pinia";
import { createApp } from "vue";

import { renewWhereGone } from "@/parts/renew";
import { followTheme } from "@/parts/theme";
import { i18n, keptLanguage, speak } from "@/text";

import App from "./App.vue";
import { router } from "./router";
import { startService } from "./service";
import { WORDS } from "./words";

renewWhereGone();
followTheme();
void speak(keptLanguage(), WORDS).then(() => {
  createApp(App).use(createPinia()).use(i18n).use(router).mount("#page");
  void startService(router);
});
