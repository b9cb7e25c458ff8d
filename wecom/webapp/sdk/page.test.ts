// The page's side alone: whom it hears, and what it says where it may not.
import { beforeEach, expect, test, vi } from "vitest";

import { begin } from "./page";
import { OFFERED, type Call } from "./protocol";

const APP = "https://chat.example.com";
type Wx = Record<string, (...args: never[]) => unknown>;
type Say = (data: unknown, origin?: string, source?: unknown) => void;

let calls: Call[];
let say: Say;
let wx: Wx;
let around: { postMessage: (call: Call, origin: string) => void };

beforeEach(() => {
  calls = [];
  const listeners: ((event: unknown) => void)[] = [];
  around = {
    postMessage(call, origin) {
      expect(origin).toBe(APP);
      calls.push(call);
    },
  };
  const host = {
    location: { href: "https://oa.example.com/page?a=1#top" },
    document: { title: "Leave", querySelector: () => null },
    addEventListener: (_: string, listener: (event: unknown) => void) => listeners.push(listener),
  };
  say = (data, origin = APP, source = around) => listeners.forEach((listener) => listener({ data, origin, source }));
  wx = begin(host as never, APP, around as never) as Wx;
});

const answer = (call: Call, outcome: string, result = {}) => ({ wecom: 1, page: call.page, id: call.id, outcome, result });
const configure = async (granted: string[]) => {
  wx.config!({ timestamp: 1, nonceStr: "n", signature: "s", jsApiList: granted } as never);
  say(answer(calls[0]!, "ok", { granted }));
  await vi.waitFor(() => expect(calls.some((each) => each.name === "title")).toBe(true));
};

test("a page is ready once the app around it says that it is trusted", async () => {
  const ready = vi.fn();
  wx.ready!(ready as never);
  await configure(["closeWindow"]);
  expect(ready).toHaveBeenCalledOnce();
  expect(calls[0]).toMatchObject({ name: "config", args: { url: "https://oa.example.com/page?a=1#top", nonceStr: "n" } });
});

test("whoever else answers is not heard", async () => {
  const ready = vi.fn();
  const error = vi.fn();
  wx.ready!(ready as never);
  wx.error!(error as never);
  wx.config!({ jsApiList: [] } as never);
  say(answer(calls[0]!, "ok"), "https://evil.example.com");
  say(answer(calls[0]!, "ok"), APP, {});
  say({ ...answer(calls[0]!, "ok"), page: "another" });
  await Promise.resolve();
  expect(ready).not.toHaveBeenCalled();
  say(answer(calls[0]!, "invalid signature"));
  await vi.waitFor(() => expect(error).toHaveBeenCalledWith({ errMsg: "config:invalid signature" }));
});

test("nothing may be done before the page is trusted, nor what it did not name", async () => {
  const fail = vi.fn();
  wx.getLocation!({ fail } as never);
  await vi.waitFor(() => expect(fail.mock.lastCall?.[0]).toMatchObject({ errMsg: "getLocation:permission denied" }));
  await configure(["closeWindow"]);
  wx.scanQRCode!({ fail } as never);
  await vi.waitFor(() => expect(fail.mock.lastCall?.[0]).toMatchObject({ errMsg: "scanQRCode:permission denied" }));
  expect(calls.map((each) => each.name)).toEqual(["config", "title"]);
});

test("what is not done here says so", async () => {
  await configure([...OFFERED]);
  const fail = vi.fn();
  wx.startRecord!({ fail } as never);
  await vi.waitFor(() => expect(fail.mock.lastCall?.[0]).toMatchObject({ errMsg: "startRecord:function not exist" }));
  const check = vi.fn();
  wx.checkJsApi!({ jsApiList: ["scanQRCode", "startRecord"], success: check } as never);
  expect(check.mock.lastCall?.[0]).toMatchObject({ checkResult: { scanQRCode: true, startRecord: false } });
});

test("an outcome reaches the callback that fits, under both names that WeCom gives it", async () => {
  await configure(["scanQRCode"]);
  const [success, cancel, complete] = [vi.fn(), vi.fn(), vi.fn()];
  wx.scanQRCode!({ success, cancel, complete, needResult: 1 } as never);
  await vi.waitFor(() => expect(calls.at(-1)?.name).toBe("scanQRCode"));
  say(answer(calls.at(-1)!, "ok", { resultStr: "42" }));
  await vi.waitFor(() => expect(success).toHaveBeenCalled());
  const said = { resultStr: "42", errMsg: "scanQRCode:ok", err_msg: "scanQRCode:ok" };
  expect([success.mock.lastCall?.[0], complete.mock.lastCall?.[0]]).toEqual([said, said]);
  wx.invoke!("scanQRCode" as never, {} as never, complete as never);
  await vi.waitFor(() => expect(calls.at(-1)?.id).toBe(4));
  say(answer(calls.at(-1)!, "cancel"));
  await vi.waitFor(() => expect(complete.mock.lastCall?.[0]).toMatchObject({ err_msg: "scanQRCode:cancel" }));
  expect(cancel).not.toHaveBeenCalled();
});

test("a page that is nobody's frame is told that it is not in the app", async () => {
  const alone = {
    location: { href: "https://oa.example.com/" },
    addEventListener: () => undefined,
    document: { title: "" },
  };
  const own = begin(alone as never, APP, alone as never) as Wx;
  const error = vi.fn();
  own.error!(error as never);
  own.config!({} as never);
  await vi.waitFor(() => expect(error).toHaveBeenCalledWith({ errMsg: "config:fail not in wecom" }));
});

test("a picture goes up as it is, and comes down as one of the page's own", async () => {
  await configure(["uploadImage", "downloadImage"]);
  const picture = new Blob(["a picture"], { type: "image/png" });
  const localId = URL.createObjectURL(picture);
  const success = vi.fn();
  wx.uploadImage!({ localId, success } as never);
  await vi.waitFor(() => expect(calls.at(-1)?.name).toBe("uploadImage"));
  expect(await (calls.at(-1)!.args.picture as Blob).text()).toBe("a picture");
  say(answer(calls.at(-1)!, "ok", { serverId: "m1" }));
  await vi.waitFor(() => expect(success).toHaveBeenCalledWith(expect.objectContaining({ serverId: "m1", errMsg: "uploadImage:ok" })));

  wx.downloadImage!({ serverId: "m1", success } as never);
  await vi.waitFor(() => expect(calls.at(-1)?.name).toBe("downloadImage"));
  expect(calls.at(-1)!.args).toEqual({ serverId: "m1" });
  say(answer(calls.at(-1)!, "ok", { picture }));
  await vi.waitFor(() => expect(success.mock.lastCall?.[0]).toMatchObject({ localId: expect.stringMatching(/^blob:/), errMsg: "downloadImage:ok" }));
  expect(success.mock.lastCall?.[0]).not.toHaveProperty("picture");
});

test("what is no picture of the page's is not taken for one", async () => {
  await configure(["uploadImage"]);
  const fail = vi.fn();
  for (const localId of ["https://chat.example.com/api/me", "", undefined]) {
    wx.uploadImage!({ localId, fail } as never);
    await vi.waitFor(() => expect(fail.mock.lastCall?.[0]).toMatchObject({ errMsg: "uploadImage:fail no such localId" }));
  }
  expect(calls.some((each) => each.name === "uploadImage")).toBe(false);
});
