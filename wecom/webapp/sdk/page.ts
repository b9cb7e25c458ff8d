// `wx`, as pages written for WeCom know it, for those that are opened inside the workbench.
//
// It lies at the path that Tencent's has, so that such a page changes the host and nothing else. It speaks with the
// app around it and with nobody else: the origin that it was loaded from is the only one it answers to.
import { images } from "./images";
import { isAnswer, isTold, OFFERED, UNKNOWN, VERSION, type Signed } from "./protocol";

type Result = Record<string, unknown>;
type Heard = (result: Result) => unknown;
interface Callbacks {
  success?: Heard;
  fail?: Heard;
  cancel?: Heard;
  complete?: Heard;
}
type Args = Record<string, unknown> & Callbacks;

/** No app around it, or one that does not know this: pages are told, as they are on a device without WeCom. */
const SILENCE = 5000;
/** People take their time over these. */
const ASKS_PEOPLE = new Set([
  "scanQRCode", "getLocation", "openLocation", "selectEnterpriseContact", "openEnterpriseChat", "previewImage",
  "uploadImage", "downloadImage", "shareAppMessage", "onMenuShareAppMessage",
]);

export function begin(host: Window, origin: string, around: Window): Record<string, unknown> {
  const page = Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(36)).join("");
  const waiting = new Map<number, (outcome: string, result: Result) => void>();
  const listeners = new Map<string, Heard>();
  const readied: (() => unknown)[] = [];
  const errors: Heard[] = [];
  let last = 0;
  let state: "new" | "asked" | "ready" | "failed" = "new";
  let refused: Result = {};
  let granted = new Set<string>();

  host.addEventListener("message", (event: MessageEvent) => {
    if (event.source !== around || event.origin !== origin) return;
    if (isAnswer(event.data) && event.data.page === page) {
      const answered = waiting.get(event.data.id);
      waiting.delete(event.data.id);
      answered?.(event.data.outcome, event.data.result);
    } else if (isTold(event.data) && event.data.page === page) heard(event.data.event, event.data.detail);
  });

  function heard(event: string, detail: Result): void {
    const said = listeners.get(event)?.(detail);
    if (event === "onHistoryBack") void ask("historyBackAnswered", { stay: said === false });
  }

  function ask(name: string, args: Result): Promise<[string, Result]> {
    if (around === host) return Promise.resolve(["fail not in wecom", {}]);
    const id = ++last;
    return new Promise((resolve) => {
      const timer = ASKS_PEOPLE.has(name) ? 0 : setTimeout(() => answered("fail not in wecom", {}), SILENCE);
      function answered(outcome: string, result: Result): void {
        clearTimeout(timer);
        waiting.delete(id);
        resolve([outcome, result]);
      }
      waiting.set(id, answered);
      around.postMessage({ wecom: VERSION, page, id, name, args }, origin);
    });
  }

  /** Tell the page as WeCom does: `errMsg` and `err_msg`, and the callback that fits. */
  function tell(name: string, outcome: string, result: Result, callbacks: Callbacks): void {
    const said = { ...result, errMsg: `${name}:${outcome}`, err_msg: `${name}:${outcome}` };
    if (outcome === "ok") callbacks.success?.(said);
    else if (outcome === "cancel") (callbacks.cancel ?? callbacks.fail)?.(said);
    else callbacks.fail?.(said);
    callbacks.complete?.(said);
  }

  async function call(name: string, given: Args = {}): Promise<void> {
    const { success, fail, cancel, complete, ...args } = given;
    const callbacks = { success, fail, cancel, complete };
    const [outcome, result] = await done(name, args);
    tell(name, outcome, result, callbacks);
  }

  async function done(name: string, args: Result): Promise<[string, Result]> {
    if (!(OFFERED as readonly string[]).includes(name)) return [UNKNOWN, {}];
    if (!granted.has(name)) return ["permission denied", {}];
    return name in images ? images[name]!(args, ask) : ask(name, plain(args));
  }

  function signed(given: Args): Signed {
    const agentid = given.agentid === undefined ? undefined : Number(given.agentid);
    return {
      url: host.location.href,
      timestamp: String(given.timestamp ?? ""),
      nonceStr: String(given.nonceStr ?? given.noncestr ?? ""),
      signature: String(given.signature ?? ""),
      jsApiList: Array.isArray(given.jsApiList) ? given.jsApiList.map(String) : [],
      ...(agentid === undefined ? {} : { agentid }),
    };
  }

  async function allowed(name: string, given: Args): Promise<[string, Result]> {
    const [outcome, result] = await ask(name, { ...signed(given) });
    const list = Array.isArray(result.granted) ? result.granted.map(String) : [];
    if (outcome === "ok") granted = new Set([...granted, ...list]);
    return [outcome, result];
  }

  async function config(given: Args = {}): Promise<void> {
    state = "asked";
    const [outcome] = await allowed("config", given);
    const said = { errMsg: `config:${outcome}` };
    if (outcome === "ok") {
      state = "ready";
      title();
      for (const callback of readied.splice(0)) callback();
    } else {
      state = "failed";
      refused = said;
      for (const callback of errors) callback(said);
    }
  }

  async function agentConfig(given: Args = {}): Promise<void> {
    const [outcome] = await allowed("agentConfig", given);
    tell("agentConfig", outcome, {}, given);
  }

  function title(): void {
    const say = () => void ask("title", { title: host.document.title.slice(0, 200) });
    say();
    const element = host.document.querySelector("title");
    if (element) new MutationObserver(say).observe(element, { childList: true, characterData: true, subtree: true });
  }

  const wx: Record<string, unknown> = {
    config: (given: Args) => void config(given),
    agentConfig: (given: Args) => void agentConfig(given),
    /** Whoever is ready already is called at once, but not before the line after this one. */
    ready(callback: () => unknown): void {
      if (state === "ready") queueMicrotask(callback);
      else readied.push(callback);
    },
    error(callback: Heard): void {
      errors.push(callback);
      if (state === "failed") queueMicrotask(() => callback(refused));
    },
    checkJsApi(given: Args = {}): void {
      const names = Array.isArray(given.jsApiList) ? given.jsApiList.map(String) : [];
      const checkResult = Object.fromEntries(names.map((name) => [name, (OFFERED as readonly string[]).includes(name)]));
      tell("checkJsApi", "ok", { checkResult }, given);
    },
    onHistoryBack(callback: Heard): void {
      listeners.set("onHistoryBack", callback);
      void call("onHistoryBack");
    },
    /** The page's own browser says so: nobody need be asked. */
    onNetworkStatusChange(callback: Heard): void {
      if (!granted.has("onNetworkStatusChange")) return void call("onNetworkStatusChange");
      const tells = (isConnected: boolean) => () => callback({ isConnected, networkType: isConnected ? "wifi" : "none" });
      host.addEventListener("online", tells(true));
      host.addEventListener("offline", tells(false));
    },
    on(event: string, callback: Heard): void {
      if (event === "onHistoryBack" || event === "onNetworkStatusChange") (wx[event] as (heard: Heard) => void)(callback);
    },
    invoke(name: string, args: Result = {}, callback?: Heard): void {
      if (name === "agentConfig") void agentConfig({ ...args, complete: callback });
      else void call(name, { ...args, complete: callback });
    },
  };
  for (const name of OFFERED) wx[name] ??= (args: Args) => void call(name, args);
  // What is not done here says so, instead of being no function at all.
  return new Proxy(wx, {
    get: (own, name) =>
      name in own || typeof name !== "string" || !/^[a-z][A-Za-z]+$/.test(name) || name === "then"
        ? Reflect.get(own, name)
        : (args?: unknown) => void call(name, (typeof args === "object" && args !== null ? args : {}) as Args),
  });
}

/** What can be sent: functions and the like are left out. */
function plain(args: Result): Result {
  return JSON.parse(JSON.stringify(args)) as Result;
}
