// The messages' addresses. `/app/c/ID` is what links and pushes lead to.
import type { RouteRecordRaw } from "vue-router";

const list = () => import("./ConversationList.vue");

export const routes: RouteRecordRaw[] = [
  {
    path: "messages",
    name: "messages",
    components: { list, default: () => import("./NothingChosen.vue") },
    meta: { area: "messages", root: true },
  },
];
