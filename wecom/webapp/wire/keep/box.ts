// The outbox and its files on this device: what was said and is not known to be durable survives a restart.
import type { Keeps } from "../outbox";
import type { Pending } from "../pending";
import type { Database } from "./database";

export class Box implements Keeps {
  /** Files that could not be kept on disk: they last as long as this page. */
  readonly #loose = new Map<string, Blob>();

  constructor(private readonly db: Database | null) {}

  async load(): Promise<Pending[]> {
    return (await this.db?.getAll("outbox").catch(() => [])) ?? [];
  }

  async put(pending: Pending): Promise<void> {
    // Known to be durable on the server: this is only held until its entry comes.
    if (pending.seq !== undefined) return this.drop(pending.client_id);
    await this.db?.put("outbox", pending).catch(() => undefined);
  }

  async drop(clientId: string): Promise<void> {
    this.#loose.delete(clientId);
    if (!this.db) return;
    const writing = this.db.transaction(["outbox", "files"], "readwrite");
    const both = [writing.objectStore("outbox").delete(clientId), writing.objectStore("files").delete(clientId)];
    await Promise.all([...both, writing.done]).catch(() => undefined);
  }

  /** Before the message that it goes with: a message whose file is missing could never be sent. */
  async putFile(clientId: string, file: Blob): Promise<void> {
    try {
      if (!this.db) throw new Error("there is no disk");
      await this.db.put("files", file, clientId);
    } catch {
      this.#loose.set(clientId, file);
    }
  }

  async file(clientId: string): Promise<Blob | undefined> {
    return this.#loose.get(clientId) ?? (await this.db?.get("files", clientId).catch(() => undefined));
  }
}
