// What a push becomes: a notification, in the member's language, one for each conversation; and where it leads.
import de from "../text/words/de/push";
import en from "../text/words/en/push";
import zh from "../text/words/zh-CN/push";

type Worker = ServiceWorkerGlobalScope;

/** As the server writes it. `title` and `body` are there only where the member and the company let texts pass. */
export interface Said {
  test?: boolean;
  /** It is time to check in, or out. */
  checkin?: "on" | "off";
  /** A health report is due; which one is not said. */
  report?: boolean;
  conversation_id?: number;
  unread?: number;
  badge?: number;
  title?: string;
  body?: string;
}

export interface Shown {
  title: string;
  options: NotificationOptions & { renotify?: boolean };
}

/** Where the page keeps the language that it speaks: a worker has no other place in common with it. */
export const KEPT = { cache: "wecom.language", address: "/app/language" };
const WORDS = { de, en, "zh-CN": zh };
type Language = keyof typeof WORDS;

export function languageOf(kept: string): Language {
  return (Object.keys(WORDS) as Language[]).find((each) => kept.slice(0, 2) === each.slice(0, 2)) ?? "en";
}

export function shownFor(said: Said, language: Language): Shown {
  const words = WORDS[language];
  const icons = { icon: "/icons/icon-192.png", badge: "/icons/badge-96.png", lang: language };
  if (said.test) return { title: words.test, options: { ...icons, body: words.testBody, tag: "test", data: "/app/me/notifications" } };
  if (said.checkin) {
    const [title, body] = said.checkin === "off" ? [words.checkOut, words.checkOutBody] : [words.checkIn, words.checkInBody];
    return { title, options: { ...icons, body, tag: "checkin", renotify: true, data: "/app/checkins" } };
  }
  if (said.report) {
    return { title: words.report, options: { ...icons, body: words.reportBody, tag: "report", renotify: true, data: "/app/health" } };
  }
  const id = said.conversation_id;
  const count = said.unread ?? 0;
  const body = said.title ? (said.body ?? "") : count > 1 ? words.unread.replace("{n}", count >= 100 ? "99+" : `${count}`) : "";
  return {
    title: said.title || words.message,
    options: { ...icons, body, tag: `conversation:${id ?? 0}`, renotify: true, data: id ? `/app/c/${id}` : "/app/" },
  };
}

function read(data: PushMessageData | null): Said {
  try {
    return (data?.json() as Said | null) ?? {};
  } catch {
    return {};
  }
}

async function language(): Promise<Language> {
  const kept = await (await caches.open(KEPT.cache)).match(KEPT.address);
  return languageOf(kept ? await kept.text() : navigator.language);
}

type Badging = { setAppBadge?: (count: number) => Promise<void>; clearAppBadge?: () => Promise<void> };

export async function pushed(worker: Worker, data: PushMessageData | null): Promise<void> {
  const said = read(data);
  const badging = worker.navigator as unknown as Badging;
  const badge = said.badge ?? 0;
  await (badge ? badging.setAppBadge?.(badge) : badging.clearAppBadge?.())?.catch(() => undefined);
  const pages = await worker.clients.matchAll({ type: "window" });
  // Whoever looks at the app sees it there. Every other push must show something, or browsers take the right away.
  if (!said.test && !said.checkin && !said.report && pages.some((each) => each.focused)) return;
  const { title, options } = shownFor(said, await language());
  await worker.registration.showNotification(title, options);
}

export async function clicked(worker: Worker, notification: Notification): Promise<void> {
  notification.close();
  const address = typeof notification.data === "string" ? notification.data : "/app/";
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const ours = pages.find((each) => new URL(each.url).pathname.startsWith("/app/"));
  if (!ours) {
    await worker.clients.openWindow(address);
    return;
  }
  await ours.focus();
  ours.postMessage({ type: "open", address });
}

interface Changing {
  oldSubscription?: PushSubscription | null;
  newSubscription?: PushSubscription | null;
}
type Cookies = { cookieStore?: { get(name: string): Promise<{ value: string } | null> } };

/** The browser's push service gave another address. Where it cannot be told now, the app does when it is next opened. */
export async function resubscribed(worker: Worker, event: Event): Promise<void> {
  const { oldSubscription, newSubscription } = event as unknown as Changing;
  const key = oldSubscription?.options.applicationServerKey;
  const fresh = newSubscription ?? (key ? await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }) : null);
  const csrf = await (worker as unknown as Cookies).cookieStore?.get("wecom_csrf");
  if (!fresh || !csrf) return;
  await fetch("/api/push/subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": decodeURIComponent(csrf.value) },
    body: JSON.stringify(fresh),
  });
}
