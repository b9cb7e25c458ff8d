import { expect, test, vi } from "vitest";

import { clicked, languageOf, pushed, shownFor } from "./pushed";

test("without a text, only that there is something is said", () => {
  const { title, options } = shownFor({ conversation_id: 7, unread: 3, badge: 9 }, "zh-CN");
  expect([title, options.body, options.tag, options.data]).toEqual(["你有新消息", "3 条未读消息", "conversation:7", "/app/c/7"]);
});

test("a text that may pass is shown as it is", () => {
  const { title, options } = shownFor({ conversation_id: 7, unread: 1, title: "张三", body: "午饭?" }, "en");
  expect([title, options.body]).toEqual(["张三", "午饭?"]);
});

test("who has to check in or out is told so, and no more", () => {
  const coming = shownFor({ checkin: "on", badge: 2 }, "zh-CN");
  expect([coming.title, coming.options.body, coming.options.data]).toEqual(["该上班打卡了", "点此打卡", "/app/checkins"]);
  expect(shownFor({ checkin: "off" }, "de").title).toBe("Zeit zum Ausstempeln");
});

test("that a health report is due is told, and not which", () => {
  const due = shownFor({ report: true }, "en");
  expect([due.title, due.options.data]).toEqual(["Health report due", "/app/health"]);
});

test("a confidential message has a title and no text", () => {
  expect(shownFor({ conversation_id: 7, unread: 2, title: "张三" }, "en").options.body).toBe("");
});

test.each([
  ["zh-TW", "zh-CN"],
  ["de-AT", "de"],
  ["fr", "en"],
  ["", "en"],
])("who speaks %s is told in %s", (said, meant) => {
  expect(languageOf(said)).toBe(meant);
});

function worker(pages: { focused: boolean; url: string }[]) {
  const kept = new Response("de");
  vi.stubGlobal("caches", { open: async () => ({ match: async () => kept.clone() }) });
  const clients = pages.map((each) => ({ ...each, focus: vi.fn(), postMessage: vi.fn() }));
  return {
    clients: { matchAll: async () => clients, openWindow: vi.fn() },
    navigator: { setAppBadge: vi.fn(async () => undefined) },
    registration: { showNotification: vi.fn() },
    found: clients,
  };
}
const data = (said: unknown) => ({ json: () => said }) as PushMessageData;

test("who looks at the app is not told again, and the badge is set all the same", async () => {
  const own = worker([{ focused: true, url: "https://x/app/c/7" }]);
  await pushed(own as never, data({ conversation_id: 7, unread: 1, badge: 4 }));
  expect(own.registration.showNotification).not.toHaveBeenCalled();
  expect(own.navigator.setAppBadge).toHaveBeenCalledWith(4);
});

test("what cannot be read still shows something, as browsers demand", async () => {
  const own = worker([]);
  const broken = { json: () => JSON.parse("{") } as PushMessageData;
  await pushed(own as never, broken);
  expect(own.registration.showNotification).toHaveBeenCalledWith("Neue Nachricht", expect.anything());
});

test("a click goes to the page that is open, and else opens one", async () => {
  const notification = { close: vi.fn(), data: "/app/c/7" } as never;
  const open = worker([{ focused: false, url: "https://x/app/me" }]);
  await clicked(open as never, notification);
  expect(open.found[0]!.focus).toHaveBeenCalled();
  expect(open.found[0]!.postMessage).toHaveBeenCalledWith({ type: "open", address: "/app/c/7" });
  const none = worker([{ focused: false, url: "https://x/console/" }]);
  await clicked(none as never, notification);
  expect(none.clients.openWindow).toHaveBeenCalledWith("/app/c/7");
});
