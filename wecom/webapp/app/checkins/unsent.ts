// Punches that would be lost with what this device keeps.
import { useChat } from "../stores/chat";

/** How many this device alone knows of, when all has gone out that can. */
export async function unsentPunches(): Promise<number> {
  const db = (await useChat().begun())?.database;
  const kept = (await db?.count("punches").catch(() => 0)) ?? 0;
  try {
    const { useCheckins } = await import("./store");
    return await useCheckins().left();
  } catch {
    // The app's own files cannot be had without a network.
    return kept;
  }
}
