// A page that lives longer than its version: the parts that it has not loaded yet may be gone from the server.

const RELOADED = "wecom.reloaded";
const ONCE = 60_000;

/** Whoever asks for a part that is gone gets the page anew, which knows the parts by their new names. */
export function renewWhereGone(): void {
  addEventListener("vite:preloadError", reloadOnce);
}

/** Where that was not it, once will do; and without a network, there is nothing to be had. */
function reloadOnce(): void {
  const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (!navigator.onLine || Date.now() - before < ONCE) return;
  sessionStorage.setItem(RELOADED, `${Date.now()}`);
  location.reload();
}
