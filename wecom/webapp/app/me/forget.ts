// Removing what this browser keeps of accounts. The app itself stays, so that it still opens without a network.
import { databaseName } from "@/wire/keep/database";

const OURS = /^wecom-\d+$/;

/** Also of those who did not sign out here; where a browser does not tell, one's own. */
async function databases(memberId: number): Promise<string[]> {
  const found = (await indexedDB.databases?.()) ?? [];
  const names = found.flatMap((each) => (each.name && OURS.test(each.name) ? [each.name] : []));
  return [...new Set([...names, databaseName(memberId)])];
}

function removed(name: string): Promise<void> {
  return new Promise((resolve) => {
    const asking = indexedDB.deleteDatabase(name);
    // One that another tab has open is removed when that lets go of it.
    asking.onsuccess = asking.onerror = asking.onblocked = () => resolve();
  });
}

export async function forgetAll(memberId: number): Promise<void> {
  await Promise.all((await databases(memberId)).map(removed));
}
