// What can be done with a message.
import CopyIcon from "icon:copy";
import DownloadIcon from "icon:download";
import QuoteIcon from "icon:quote";
import ReadersIcon from "icon:check-double";
import RecallIcon from "icon:rollback";
import { shallowReactive } from "vue";
import { useI18n } from "vue-i18n";

import type { Act } from "@/parts/menu";
import { ask, say } from "@/parts/say";
import type { Content, Conversation } from "@/state/model";
import { reason } from "@/text/reason";
import { fileAddress } from "@/wire/messages";

import { useChat, type Shown } from "../../stores/chat";
import { isRecent, useRules } from "../../stores/rules";
import { leads } from "../names";

/** Words that were taken back here: their writer may mend them, until the page is closed. */
const takenBack = shallowReactive(new Map<string, string>());

const words = (content: Content | null): string => (content && "content" in content ? content.content : "");

export function takenBackWords(conversationId: number, seq: number): string {
  return takenBack.get(`${conversationId}/${seq}`) ?? "";
}

function download(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

interface Ways {
  quote: (message: Shown) => void;
  readers: (message: Shown) => void;
}

export function useMessageActs(ways: Ways): (conversation: Conversation, message: Shown) => Act[] {
  const { t } = useI18n();
  const chat = useChat();
  const rules = useRules();

  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      say(t("messages.copied"));
    } catch {
      say(t("messages.notCopied"), "problem");
    }
  }

  async function recall(conversation: Conversation, message: Shown): Promise<void> {
    const own = message.sender_id === chat.me?.id;
    if (!own && !(await ask({ title: t("messages.recallOthers"), text: t("messages.recallOthersNote"), act: t("messages.recall"), danger: true }))) return;
    try {
      const said = message.content?.msgtype === "text" ? message.content.content : "";
      if (own && said) takenBack.set(`${conversation.id}/${message.seq}`, said);
      await chat.recall(conversation.id, message.seq);
    } catch (error) {
      takenBack.delete(`${conversation.id}/${message.seq}`);
      say(reason(error), "problem");
    }
  }

  return (conversation, message) => {
    const { content, seq } = message;
    if (!content) return [];
    const own = message.sender_id === chat.me?.id;
    const acts: Act[] = [];
    const confidential = "confidential" in content && content.confidential;
    if (words(content) && !confidential) acts.push({ label: t("messages.copy"), icon: CopyIcon, does: () => copy(words(content)) });
    if (!seq) {
      const canStop = message.pending !== "sending" || (message.progress ?? 1) < 1;
      return canStop ? [...acts, { label: t("messages.discard"), icon: RecallIcon, danger: true, does: () => chat.discard(message.client_id) }] : acts;
    }
    if (conversation.kind !== "app") acts.push({ label: t("messages.quote"), icon: QuoteIcon, does: () => ways.quote(message) });
    if (content.msgtype === "image" || content.msgtype === "file") {
      acts.push({ label: t("messages.download"), icon: DownloadIcon, does: () => download(fileAddress(conversation.id, seq), content.name) });
    }
    if (own) acts.push({ label: t("messages.readBy"), icon: ReadersIcon, does: () => ways.readers(message) });
    const may = (own && isRecent(message.sent_at, rules.value)) || (leads(conversation) && conversation.kind !== "direct" && !own);
    if (may) {
      acts.push({ label: t("messages.recall"), icon: RecallIcon, danger: true, does: () => recall(conversation, message) });
    }
    return acts;
  };
}
