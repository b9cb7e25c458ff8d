// The app's side of the JS-SDK: what a page in the frame may ask for, once it is known whose page it is.
//
// The browser says which origin a message comes from, and that is all it says of a page in a frame. So the address that
// a page names is taken for its own only where it is of that origin, and the server says whether an app trusts the
// origin and signed the address. Until then, and for every other document, the answer is that it may not.
import { isCall, OFFERED, UNKNOWN, VERSION, type Call, type Signed } from "@/sdk/protocol";
import { Refused } from "@/wire/http";

export type Outcome = [outcome: string, result?: Record<string, unknown>];
/** `origin`: whose page asks for it. */
export type Act = (args: Record<string, unknown>, origin: string) => Outcome | Promise<Outcome>;

export interface Around {
  /** The window of the frame, while there is one. */
  frame: () => Window | null | undefined;
  /** Throws `Refused` where the page is not signed, or nobody's. */
  check: (signed: Signed) => Promise<unknown>;
  acts: Record<string, Act>;
  /** What a trusted page tells of itself. */
  titled: (title: string) => void;
  backAnswered: (stays: boolean) => void;
}

interface Trust {
  origin: string;
  page: string;
  granted: Set<string>;
}

const REASONS: Record<string, string> = {
  RedirectNotTrusted: "invalid url domain",
  InvalidRedirect: "invalid url",
  PageNotSigned: "invalid signature",
  NotShownToYou: "permission denied",
  NoSuchApp: "invalid agentid",
};

export class Bridge {
  private trust: Trust | null = null;
  /** Pages ask by the company's signature and by the app's at once: one is looked at after the other. */
  private checking: Promise<unknown> = Promise.resolve();
  private readonly listens = (event: MessageEvent): void => void this.heard(event);

  constructor(
    private readonly around: Around,
    private readonly host: Pick<Window, "addEventListener" | "removeEventListener"> = window,
  ) {
    host.addEventListener("message", this.listens);
  }

  stop(): void {
    this.host.removeEventListener("message", this.listens);
    this.trust = null;
  }

  /** Tell the page that was trusted, and it only; whether there is one that may hear it. */
  tell(event: string, detail: Record<string, unknown> = {}): boolean {
    const { trust } = this;
    if (!trust?.granted.has(event)) return false;
    this.around.frame()?.postMessage({ wecom: VERSION, page: trust.page, event, detail }, trust.origin);
    return true;
  }

  private async heard(event: MessageEvent): Promise<void> {
    const frame = this.around.frame();
    if (!frame || event.source !== frame || !isCall(event.data)) return;
    const call = event.data;
    const [outcome, result = {}] = await this.outcome(call, event.origin);
    // To that origin alone: what has come into the frame meanwhile may be another's.
    frame.postMessage({ wecom: VERSION, page: call.page, id: call.id, outcome, result }, event.origin);
  }

  private async outcome(call: Call, origin: string): Promise<Outcome> {
    if (call.name === "config" || call.name === "agentConfig") return this.configure(call, origin);
    const { trust } = this;
    if (!trust || trust.origin !== origin || trust.page !== call.page) return ["permission denied"];
    if (call.name === "title") {
      this.around.titled(String(call.args.title ?? "").slice(0, 200));
      return ["ok"];
    }
    if (call.name === "historyBackAnswered") {
      this.around.backAnswered(call.args.stay === true);
      return ["ok"];
    }
    if (!trust.granted.has(call.name)) return ["permission denied"];
    const act = this.around.acts[call.name];
    if (!act) return [UNKNOWN];
    try {
      return await act(call.args, origin);
    } catch (error) {
      return [`fail ${error instanceof Error ? error.message : "unknown"}`];
    }
  }

  private async configure(call: Call, origin: string): Promise<Outcome> {
    const signed = signedIn(call);
    if (!signed || originOf(signed.url) !== origin) return ["invalid url"];
    const checked = this.checking.then(() => this.around.check(signed));
    this.checking = checked.catch(() => undefined);
    try {
      await checked;
    } catch (error) {
      if (!(error instanceof Refused)) return ["fail system error"];
      return [REASONS[error.refusal.error] ?? (error.status === 400 ? "invalid signature" : "fail system error")];
    }
    const granted = signed.jsApiList.filter((name) => (OFFERED as readonly string[]).includes(name));
    const same = this.trust?.origin === origin && this.trust.page === call.page ? this.trust.granted : [];
    this.trust = { origin, page: call.page, granted: new Set([...same, ...granted]) };
    return ["ok", { granted }];
  }
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return "";
  }
}

function signedIn({ name, args }: Call): Signed | null {
  const { url, timestamp, nonceStr, signature, agentid, jsApiList } = args;
  const texts = [url, timestamp, nonceStr, signature];
  if (texts.some((each) => typeof each !== "string" || each === "" || each.length > 2048)) return null;
  if (!Array.isArray(jsApiList) || jsApiList.length > 200) return null;
  if (name === "agentConfig" && !(Number.isSafeInteger(agentid) && (agentid as number) >= 0)) return null;
  return {
    url: (url as string).split("#")[0]!,
    timestamp: timestamp as string,
    nonceStr: nonceStr as string,
    signature: signature as string,
    jsApiList: jsApiList.map(String),
    ...(name === "agentConfig" ? { agentid: agentid as number } : {}),
  };
}
