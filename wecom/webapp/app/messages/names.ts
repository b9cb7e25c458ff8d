// What a conversation is called, and whose face it has.
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import type { Conversation } from "@/state/model";

import { useChat } from "../stores/chat";
import { useDirectory } from "../stores/directory";

export interface Titled {
  title: string;
  face: { id: number; name: string; kind: string; src: string };
}

export const isGroup = (conversation: Conversation): boolean => conversation.kind === "group" || conversation.kind === "appchat";
export const isApp = (conversation: Conversation): boolean => conversation.kind === "app";
export const leads = (conversation: Conversation): boolean => ["owner", "administrator"].includes(conversation.role);

/** Whether nothing of it may ring now. */
export const isQuiet = (conversation: Conversation, now: Date): boolean =>
  conversation.notify === "none" || Boolean(conversation.muted_until && new Date(conversation.muted_until) > now);

export function useTitles(): ComputedRef<(conversation: Conversation) => Titled> {
  const { t, locale } = useI18n();
  const isChinese = computed(() => locale.value.startsWith("zh"));
  const chat = useChat();
  const directory = useDirectory();

  return computed(() => (conversation: Conversation): Titled => {
    const { id, kind, peer_id, app_id } = conversation;
    const other = peer_id ?? app_id;
    if (other !== null && (kind === "direct" || kind === "app")) {
      const actor = directory.actor(other);
      const title = actor?.name || conversation.name || "…";
      return { title, face: { id: other, name: title, kind: kind === "app" ? "app" : "member", src: actor?.avatar ?? "" } };
    }
    const title = conversation.name || membersNames(conversation) || t("messages.aGroup", { n: conversation.members });
    return { title, face: { id, name: title, kind: "group", src: "" } };
  });

  function membersNames(conversation: Conversation): string {
    const people = [...(chat.participants(conversation.id)?.keys() ?? [])].filter((id) => id !== chat.me?.id).slice(0, 5);
    return people.flatMap((id) => directory.actor(id)?.name ?? []).join(isChinese.value ? "、" : ", ");
  }
}
