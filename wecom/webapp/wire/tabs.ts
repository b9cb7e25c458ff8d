// The other pages of this account in this browser: what each should know at once, and not only when it starts anew.
import type { Pending, Progress } from "./pending";

export type TabNews =
  | { kind: "pending"; pending: Pending }
  | { kind: "gone"; client_id: string }
  | { kind: "progress"; client_id: string; progress: Progress }
  | { kind: "signed-out" };

export class Tabs {
  readonly #channel: BroadcastChannel | null;

  constructor(name: string, heard: (news: TabNews) => void) {
    this.#channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
    if (this.#channel) this.#channel.onmessage = ({ data }) => heard(data as TabNews);
  }

  tell(news: TabNews): void {
    this.#channel?.postMessage(news);
  }

  close(): void {
    this.#channel?.close();
  }
}
