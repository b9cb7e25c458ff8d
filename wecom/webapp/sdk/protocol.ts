// What a page inside the workbench and the app around it say to each other, by postMessage.
//
// A page asks; the app answers each call once, and tells events. Each side takes only what comes from the window and
// the origin it expects. `page` is made anew whenever a page is loaded: what one document was granted is not the next
// one's, though both be of the same origin.

export const VERSION = 1;

/** What the page gave to `wx.config`, or to `wx.agentConfig` with an agentid. */
export interface Signed {
  /** The page's own address; whoever checks it compares its origin with the message's. */
  url: string;
  timestamp: string;
  nonceStr: string;
  signature: string;
  agentid?: number;
  jsApiList: string[];
}

export interface Call {
  wecom: typeof VERSION;
  page: string;
  id: number;
  name: string;
  args: Record<string, unknown>;
}

export interface Answer {
  wecom: typeof VERSION;
  page: string;
  id: number;
  /** `ok`, `cancel`, or `fail` and why. */
  outcome: string;
  result: Record<string, unknown>;
}

export interface Told {
  wecom: typeof VERSION;
  page: string;
  event: string;
  detail: Record<string, unknown>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

export function isCall(value: unknown): value is Call {
  return (
    isRecord(value) &&
    value.wecom === VERSION &&
    typeof value.page === "string" &&
    value.page.length <= 64 &&
    Number.isSafeInteger(value.id) &&
    typeof value.name === "string" &&
    isRecord(value.args)
  );
}

export function isAnswer(value: unknown): value is Answer {
  return isRecord(value) && value.wecom === VERSION && typeof value.outcome === "string" && isRecord(value.result);
}

export function isTold(value: unknown): value is Told {
  return isRecord(value) && value.wecom === VERSION && typeof value.event === "string" && isRecord(value.detail);
}

/** In WeCom's words: pages look for them, and tell people that this client cannot do it. */
export const UNKNOWN = "function not exist";

/** What a page may ask for once it is trusted, and has named it in its `jsApiList`. */
export const OFFERED = [
  "closeWindow",
  "hideOptionMenu",
  "showOptionMenu",
  "hideMenuItems",
  "showMenuItems",
  "hideAllNonBaseMenuItem",
  "showAllNonBaseMenuItem",
  "onHistoryBack",
  "shareAppMessage",
  "onMenuShareAppMessage",
  "previewImage",
  "scanQRCode",
  "getLocation",
  "openLocation",
  "chooseImage",
  "getLocalImgData",
  "uploadImage",
  "downloadImage",
  "getNetworkType",
  "onNetworkStatusChange",
  "getContext",
  "selectEnterpriseContact",
  "openEnterpriseChat",
  "openUserProfile",
  "openDefaultBrowser",
  "setClipboardData",
] as const;

export type Offered = (typeof OFFERED)[number];
