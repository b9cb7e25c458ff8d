// Removing what this browser keeps of the app, but for the choice of language and looks.

async function databases(): Promise<string[]> {
  const found = (await indexedDB.databases?.()) ?? [];
  return found.flatMap((each) => (each.name ? [each.name] : []));
}

function removed(name: string): Promise<void> {
  return new Promise((resolve) => {
    const asking = indexedDB.deleteDatabase(name);
    // One that another tab has open is removed when that lets go of it.
    asking.onsuccess = asking.onerror = asking.onblocked = () => resolve();
  });
}

export async function forgetAll(): Promise<void> {
  await Promise.all((await databases()).map(removed));
  for (const name of await caches.keys()) await caches.delete(name);
  const service = await navigator.serviceWorker?.getRegistration("/app/");
  await service?.update().catch(() => undefined);
}
