// What pages of apps may have done for them. The calls and what they answer are WeCom's; people are named by userid.
import { ref, shallowRef, type Component, type Ref, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import { ask } from "@/parts/say";
import type { Offered } from "@/sdk/protocol";
import { givePicture, pictureAgain } from "@/wire/apps";
import type { Member } from "@/wire/me";

import { useChat } from "../stores/chat";
import { useDirectory } from "../stores/directory";

import type { Act, Outcome } from "./bridge";
import { placesOf } from "./places";
import { sharing, type Sharing } from "./sharing";
import { smallEnough } from "./shrink";

export interface Choosing {
  title: string;
  several: boolean;
  chosen: readonly Member[];
  done: (members: readonly Member[] | null) => void;
}

export interface Scanning {
  scanner: Component;
  done: (text: string | null) => void;
}

export interface Looked {
  urls: (string | Blob)[];
  current: number;
}

export interface Acts {
  acts: Record<string, Act>;
  /** What of the app's own menu the page has put away. */
  hidden: Ref<ReadonlySet<string>>;
  pictures: ShallowRef<Looked | null>;
  choosing: ShallowRef<Choosing | null>;
  scanning: ShallowRef<Scanning | null>;
  share: Sharing;
}

export interface Shown {
  id: number;
  name: string;
  address: string;
}

/** The acts of the menu that are ours to hide, by WeCom's names for them. */
const MENU = { refresh: "menuItem:refresh", browser: "menuItem:openWithSafari", share: "menuItem:share:appMessage" };

const list = (value: unknown, most = 100): string[] => (Array.isArray(value) ? value.slice(0, most).map(String) : []);
const userids = (value: unknown): string[] => String(value ?? "").split(";").map((each) => each.trim()).filter(Boolean);
const isWeb = (url: string): boolean => /^https?:\/\//i.test(url);

export function useActs(app: () => Shown, leave: () => void): Acts {
  const { t } = useI18n();
  const router = useRouter();
  const chat = useChat();
  const directory = useDirectory();
  const hidden = ref<ReadonlySet<string>>(new Set());
  const pictures = shallowRef<Looked | null>(null);
  const choosing = shallowRef<Choosing | null>(null);
  const scanning = shallowRef<Scanning | null>(null);
  const share = sharing(app);
  const places = placesOf(t, app);

  async function byUserid(userid: string): Promise<Member | undefined> {
    const found = await directory.searchMembers(userid);
    return found.find((each) => each.userid.toLowerCase() === userid.toLowerCase());
  }

  async function several(names: string[]): Promise<Member[]> {
    return (await Promise.all(names.slice(0, 200).map(byUserid))).filter((each) => each !== undefined);
  }

  async function scanned(): Promise<Outcome> {
    const { default: scanner } = await import("../enter/Scanner.vue");
    const text = await new Promise<string | null>((done) => (scanning.value = { scanner, done }));
    scanning.value = null;
    return text === null ? ["cancel"] : ["ok", { resultStr: text }];
  }

  async function contacts(args: Record<string, unknown>): Promise<Outcome> {
    const wanted = list(args.type);
    if (wanted.length && !wanted.includes("user")) return ["fail only people can be chosen"];
    const before = await several(list(args.selectedUserIds));
    const members = await new Promise<readonly Member[] | null>((done) => {
      choosing.value = { title: t("workbench.choose", { app: app().name }), several: args.mode !== "single", chosen: before, done };
    });
    choosing.value = null;
    if (!members) return ["cancel"];
    const userList = members.map(({ userid, name, avatar }) => ({ id: userid, name, avatar: avatar ? new URL(avatar, location.href).href : "" }));
    return ["ok", { result: { selectAll: false, userList, departmentList: [] } }];
  }

  async function talk(args: Record<string, unknown>): Promise<Outcome> {
    if (userids(args.externalUserIds).length || args.chatId) return ["fail only members can be written to"];
    const members = await several(userids(args.userIds));
    if (!members.length) return ["fail no such userid"];
    const ids = members.map((each) => each.id);
    const name = String(args.groupName ?? "").slice(0, 50);
    const sure = ids.length === 1 || (await ask({ title: t("workbench.group", { app: app().name, n: ids.length }, ids.length), act: t("workbench.allow") }));
    if (!sure) return ["cancel"];
    const id = ids.length === 1 ? await chat.talkTo(ids[0]!) : await chat.beginGroup(name, ids);
    await router.push(`/c/${id}`);
    return ["ok", { chatId: "" }];
  }

  async function profile(args: Record<string, unknown>): Promise<Outcome> {
    if (args.type !== undefined && Number(args.type) !== 1) return ["fail only members have a profile"];
    const member = await byUserid(String(args.userid ?? ""));
    if (!member) return ["fail no such userid"];
    await router.push({ name: "member", params: { member: member.id } });
    return ["ok"];
  }

  async function copied(args: Record<string, unknown>): Promise<Outcome> {
    await navigator.clipboard.writeText(String(args.data ?? ""));
    return ["ok"];
  }

  function looked(args: Record<string, unknown>): Outcome {
    const given = Array.isArray(args.urls) ? args.urls.slice(0, 100) : [];
    const urls = given.filter((each): each is string | Blob => each instanceof Blob || (typeof each === "string" && isWeb(each)));
    const { current } = args;
    if (typeof current === "string" && isWeb(current) && !urls.includes(current)) urls.unshift(current);
    if (!urls.length) return ["fail invalid urls"];
    const at = typeof current === "number" ? urls.indexOf(given[current] as string | Blob) : urls.indexOf(String(current));
    pictures.value = { urls, current: Math.max(0, at) };
    return ["ok"];
  }

  async function uploaded({ picture }: Record<string, unknown>): Promise<Outcome> {
    if (!(picture instanceof Blob)) return ["fail no such localId"];
    return ["ok", { serverId: await givePicture(app().id, await smallEnough(picture)) }];
  }

  async function downloaded({ serverId }: Record<string, unknown>): Promise<Outcome> {
    return ["ok", { picture: await pictureAgain(app().id, String(serverId ?? "")) }];
  }

  function network(): Outcome {
    if (!navigator.onLine) return ["ok", { networkType: "none" }];
    const { effectiveType = "", type = "" } = (navigator as { connection?: { effectiveType?: string; type?: string } }).connection ?? {};
    return ["ok", { networkType: type === "wifi" || !effectiveType ? "wifi" : effectiveType.replace("slow-", "") }];
  }

  function put(change: (names: Set<string>) => void): Outcome {
    const names = new Set(hidden.value);
    change(names);
    hidden.value = names;
    return ["ok"];
  }

  const every = Object.values(MENU);
  const acts: Partial<Record<Offered, Act>> = {
    closeWindow: () => (queueMicrotask(leave), ["ok"]),
    hideOptionMenu: () => put((names) => every.forEach((each) => names.add(each))),
    showOptionMenu: () => put((names) => names.clear()),
    hideMenuItems: ({ menuList }) => put((names) => list(menuList).forEach((each) => names.add(each))),
    showMenuItems: ({ menuList }) => put((names) => list(menuList).forEach((each) => names.delete(each))),
    hideAllNonBaseMenuItem: () => put((names) => names.add(MENU.share).add(MENU.browser)),
    showAllNonBaseMenuItem: () => put((names) => names.clear()),
    onHistoryBack: () => ["ok"],
    shareAppMessage: share.now,
    onMenuShareAppMessage: share.later,
    previewImage: looked,
    uploadImage: uploaded,
    downloadImage: downloaded,
    scanQRCode: scanned,
    getLocation: places.located,
    openLocation: places.opened,
    getNetworkType: network,
    getContext: () => ["ok", { entry: "normal" }],
    selectEnterpriseContact: contacts,
    openEnterpriseChat: talk,
    openUserProfile: profile,
    openDefaultBrowser: ({ url }) => (isWeb(String(url)) ? (window.open(String(url), "_blank", "noopener,noreferrer"), ["ok"]) : ["fail invalid url"]),
    setClipboardData: copied,
  };
  return { acts: acts as Record<string, Act>, hidden, pictures, choosing, scanning, share };
}
