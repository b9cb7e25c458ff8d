// The messages' addresses. `/app/c/ID` is what links and pushes lead to.
import type { RouteRecordRaw } from "vue-router";

// The first screen is part of the shell: what it needs is not fetched one after the other.
import list from "./ConversationList.vue";
import nothing from "./NothingChosen.vue";

const conversation = () => import("./Conversation.vue");
const search = () => import("./search/SearchPane.vue");
const meta = { area: "messages" } as const;

export const routes: RouteRecordRaw[] = [
  { path: "messages", name: "messages", components: { list, default: nothing }, meta: { ...meta, root: true } },
  { path: "messages/:id(\\d+)", name: "conversation", components: { list, default: conversation }, meta },
  {
    path: "messages/:id(\\d+)/details",
    name: "details",
    components: { list, default: conversation, details: () => import("./details/DetailsPane.vue") },
    meta,
  },
  { path: "messages/search", name: "search", components: { list: search, default: nothing }, meta: { ...meta, root: true, bar: false } },
  { path: "messages/search/:id(\\d+)", name: "found", components: { list: search, default: conversation }, meta },
  { path: "c/:id(\\d+)", redirect: ({ params, query }) => ({ name: "conversation", params, query }) },
];
