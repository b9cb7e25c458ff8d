// What can be done with a conversation from the list.
import HideIcon from "icon:browse-off";
import ReadIcon from "icon:check-double";
import PinIcon from "icon:pin";
import SoundIcon from "icon:notification";
import { useI18n } from "vue-i18n";

import type { Act } from "@/parts/menu";
import { say } from "@/parts/say";
import type { Conversation } from "@/state/model";
import { reason } from "@/text/reason";

import { useChat } from "../../stores/chat";

/** How it was told of what is muted here now: "mentions only" is what it goes back to. */
const before = new Map<number, Conversation["notify"]>();

export function useConversationActs(): (conversation: Conversation) => Act[] {
  const { t } = useI18n();
  const chat = useChat();

  return (conversation) => {
    const { id, pinned_at, notify, unread, last } = conversation;
    const prefer = (wanted: Parameters<typeof chat.preferences>[1]) => () =>
      chat.preferences(id, wanted).catch((error: unknown) => say(reason(error), "problem"));
    const mute = async (): Promise<void> => {
      if (notify === "none") return prefer({ notify: before.get(id) ?? "all" })();
      before.set(id, notify);
      await prefer({ notify: "none" })();
    };
    const acts: Act[] = [
      { label: t(pinned_at ? "messages.unpin" : "messages.pin"), icon: PinIcon, does: prefer({ pinned: !pinned_at }) },
      { label: t(notify === "none" ? "messages.unmute" : "messages.mute"), icon: SoundIcon, does: mute },
    ];
    if (unread && last) acts.push({ label: t("messages.markRead"), icon: ReadIcon, does: () => chat.read(id, last.seq) });
    return [...acts, { label: t("messages.hide"), icon: HideIcon, does: prefer({ hidden: true }) }];
  };
}
