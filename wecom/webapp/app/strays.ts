// Tells of a message that was refused where no conversation shows it, so that its words are not lost.
import { watch } from "vue";
import { useI18n } from "vue-i18n";

import { ask, question, say } from "@/parts/say";
import type { Pending } from "@/wire/pending";

import { useChat } from "./stores/chat";
import { wordsOf } from "./stores/strays";

const MOST = 300;

export function useStrays(): void {
  const { t } = useI18n();
  const chat = useChat();
  /** Told since the page was opened. Who left it at that is told again the next time. */
  const told = new Set<string>();

  async function tell(stray: Pending): Promise<void> {
    const words = wordsOf(stray);
    const text = words.length > MOST ? `${words.slice(0, MOST)}…` : words;
    const about = t("messages.strayNote", { said: text });
    if (!(await ask({ title: t("messages.strayTitle"), text: about, act: t("messages.strayCopy") }))) return;
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      return say(t("messages.strayKept"), "problem");
    }
    say(t("messages.copied"));
    await chat.discard(stray.client_id);
  }

  watch(
    [() => chat.strays, question],
    ([strays, asked]) => {
      const stray = asked ? undefined : strays.find((each) => !told.has(each.client_id));
      if (!stray) return;
      told.add(stray.client_id);
      void tell(stray);
    },
    { immediate: true },
  );
}
