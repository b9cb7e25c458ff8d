// Who gets something by the JS-SDK, and who gets nothing.
import { beforeEach, expect, test, vi } from "vitest";

import { Refused } from "@/wire/http";

import { Bridge, type Around } from "./bridge";

const SITE = "https://oa.example.com";
const SIGNED = { url: `${SITE}/page?a=1#top`, timestamp: "1", nonceStr: "n", signature: "s", jsApiList: ["getLocation", "startRecord"] };

let answers: { data: Record<string, unknown>; origin: string }[];
let frame: Window;
let check: ReturnType<typeof vi.fn>;
let located: ReturnType<typeof vi.fn>;
let bridge: Bridge;
let listeners: Set<(event: unknown) => void>;
let last = 0;

beforeEach(() => {
  answers = [];
  listeners = new Set();
  frame = { postMessage: (data: Record<string, unknown>, origin: string) => answers.push({ data, origin }) } as unknown as Window;
  check = vi.fn(async () => [{ app_id: 1 }]);
  located = vi.fn(() => ["ok", { latitude: 1 }]);
  const around = { frame: () => frame, check, acts: { getLocation: located }, titled: vi.fn(), backAnswered: vi.fn() };
  const host = {
    addEventListener: (_: string, listener: (event: unknown) => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: (event: unknown) => void) => listeners.delete(listener),
  };
  bridge = new Bridge(around as unknown as Around, host as never);
});

async function ask(name: string, args: Record<string, unknown> = {}, { origin = SITE, page = "p1", source = frame } = {}): Promise<unknown> {
  const before = answers.length;
  const data = { wecom: 1, page, id: ++last, name, args };
  for (const listener of listeners) listener({ data, origin, source });
  await vi.waitFor(() => expect(answers.length).toBeGreaterThan(before)).catch(() => undefined);
  const said = answers[before];
  if (said) expect(said.origin).toBe(origin);
  return said?.data.outcome;
}

test("a page that its app signed gets what it named, of what is offered", async () => {
  expect(await ask("config", SIGNED)).toBe("ok");
  expect(check).toHaveBeenCalledWith(expect.objectContaining({ url: `${SITE}/page?a=1` }));
  expect(answers[0]!.data.result).toEqual({ granted: ["getLocation"] });
  expect(await ask("getLocation")).toBe("ok");
  expect(await ask("scanQRCode")).toBe("permission denied");
});

test("nobody gets anything without being asked whose page it is", async () => {
  expect(await ask("getLocation")).toBe("permission denied");
  expect(located).not.toHaveBeenCalled();
});

test("another origin's address is not taken for a page's own, however well it is signed", async () => {
  expect(await ask("config", SIGNED, { origin: "https://evil.example.com" })).toBe("invalid url");
  expect(check).not.toHaveBeenCalled();
});

test("what one document was granted is not another's, of another origin or of the same", async () => {
  await ask("config", SIGNED);
  expect(await ask("getLocation", {}, { origin: "https://evil.example.com" })).toBe("permission denied");
  expect(await ask("getLocation", {}, { page: "p2" })).toBe("permission denied");
  expect(bridge.tell("getLocation")).toBe(true);
  expect(answers.at(-1)!.origin).toBe(SITE);
});

test("other windows are not answered", async () => {
  expect(await ask("config", SIGNED, { source: {} as Window })).toBeUndefined();
  expect(answers).toEqual([]);
});

test.each([
  ["RedirectNotTrusted", "invalid url domain"],
  ["PageNotSigned", "invalid signature"],
  ["NotShownToYou", "permission denied"],
])("refused as %s, the page hears %s and gets nothing", async (error, outcome) => {
  check.mockRejectedValue(new Refused(403, { error, message: "", request_id: "", facts: {} }, null));
  expect(await ask("config", SIGNED)).toBe(outcome);
  expect(await ask("getLocation")).toBe("permission denied");
});

test.each([[{}], [{ ...SIGNED, url: 7 }], [{ ...SIGNED, jsApiList: "all" }], [{ ...SIGNED, signature: "" }]])(
  "what is no configuration is none: %j",
  async (args) => {
    expect(await ask("config", args)).toBe("invalid url");
    expect(check).not.toHaveBeenCalled();
  },
);

test("after it is closed nobody is heard", async () => {
  bridge.stop();
  expect(listeners.size).toBe(0);
});

test("an app's own signature needs the app's number", async () => {
  expect(await ask("agentConfig", SIGNED)).toBe("invalid url");
  expect(await ask("agentConfig", { ...SIGNED, agentid: 1000002 })).toBe("ok");
  expect(check).toHaveBeenLastCalledWith(expect.objectContaining({ agentid: 1000002 }));
});

test("the company's signature and the app's may be looked at at once, and both count", async () => {
  check.mockImplementation(() => new Promise((resolve) => setTimeout(() => resolve([]), 5)));
  const both = [ask("config", SIGNED), ask("agentConfig", { ...SIGNED, agentid: 1000002, jsApiList: ["scanQRCode"] })];
  expect(await Promise.all(both)).toEqual(["ok", "ok"]);
  expect(await ask("getLocation")).toBe("ok");
  expect(located).toHaveBeenCalledWith({}, SITE);
  expect(await ask("scanQRCode")).toBe("function not exist");
});
