// The gate's own service worker: the page opens without a network. A newer version comes in when nobody is at the gate.

const IDLE = 120_000;
const LOOK_EVERY = 3_600_000;

let lastUsed = 0;
export const used = (): void => void (lastUsed = Date.now());

export async function startService(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const isFirst = serviceWorker.controller === null;
  let newer = false;
  serviceWorker.addEventListener("controllerchange", () => (newer = !isFirst));
  try {
    const registration = await serviceWorker.register("/gate/sw.js", { scope: "/gate/" });
    setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY);
  } catch {
    // Private windows and policies forbid it: the gate works until its page is closed.
    return;
  }
  setInterval(() => newer && Date.now() - lastUsed > IDLE && location.reload(), 10_000);
}
