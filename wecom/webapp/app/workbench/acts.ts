// What pages of apps may have done for them. The calls and what they answer are WeCom's; people are named by userid.
import { ref, shallowRef, type Component, type Ref, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import { ask } from "@/parts/say";
import type { Offered } from "@/sdk/protocol";
import type { Member } from "@/wire/me";

import { useChat } from "../stores/chat";
import { useDirectory } from "../stores/directory";

import type { Act, Outcome } from "./bridge";

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

export interface Acts {
  acts: Record<string, Act>;
  menuShown: Ref<boolean>;
  pictures: Ref<{ urls: string[]; current: number } | null>;
  choosing: ShallowRef<Choosing | null>;
  scanning: ShallowRef<Scanning | null>;
}

const list = (value: unknown, most = 100): string[] => (Array.isArray(value) ? value.slice(0, most).map(String) : []);
const userids = (value: unknown): string[] => String(value ?? "").split(";").map((each) => each.trim()).filter(Boolean);
const isWeb = (url: string): boolean => /^https?:\/\//i.test(url);

export function useActs(appName: () => string, leave: () => void): Acts {
  const { t } = useI18n();
  const router = useRouter();
  const chat = useChat();
  const directory = useDirectory();
  const menuShown = ref(true);
  const pictures = ref<{ urls: string[]; current: number } | null>(null);
  const choosing = shallowRef<Choosing | null>(null);
  const scanning = shallowRef<Scanning | null>(null);
  let mayLocate = false;

  async function byUserid(userid: string): Promise<Member | undefined> {
    const found = await directory.searchMembers(userid);
    return found.find((each) => each.userid.toLowerCase() === userid.toLowerCase());
  }

  async function several(names: string[]): Promise<Member[]> {
    return (await Promise.all(names.slice(0, 200).map(byUserid))).filter((each) => each !== undefined);
  }

  async function located(args: Record<string, unknown>): Promise<Outcome> {
    // The coordinates of Chinese maps are another system, which this does not know.
    if (args.type !== undefined && args.type !== "wgs84") return ["fail not supported"];
    mayLocate ||= await ask({ title: t("workbench.locate", { app: appName() }), text: t("workbench.locateText"), act: t("workbench.allow") });
    if (!mayLocate) return ["cancel"];
    return new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const { latitude, longitude, accuracy, speed } = coords;
          resolve(["ok", { latitude, longitude, accuracy, speed: speed ?? -1 }]);
        },
        (problem) => resolve([problem.code === problem.PERMISSION_DENIED ? "fail auth deny" : "fail position unavailable"]),
        { enableHighAccuracy: true, timeout: 20_000 },
      );
    });
  }

  async function scanned(): Promise<Outcome> {
    const { default: scanner } = await import("../enter/Scanner.vue");
    const text = await new Promise<string | null>((done) => (scanning.value = { scanner, done }));
    scanning.value = null;
    return text === null ? ["cancel"] : ["ok", { resultStr: text }];
  }

  async function contacts(args: Record<string, unknown>): Promise<Outcome> {
    const wanted = list(args.type);
    if (wanted.length && !wanted.includes("user")) return ["fail not supported"];
    const before = await several(list(args.selectedUserIds));
    const members = await new Promise<readonly Member[] | null>((done) => {
      choosing.value = { title: t("workbench.choose", { app: appName() }), several: args.mode !== "single", chosen: before, done };
    });
    choosing.value = null;
    if (!members) return ["cancel"];
    const userList = members.map(({ userid, name, avatar }) => ({ id: userid, name, avatar: avatar ? new URL(avatar, location.href).href : "" }));
    return ["ok", { result: { selectAll: false, userList, departmentList: [] } }];
  }

  async function talk(args: Record<string, unknown>): Promise<Outcome> {
    if (userids(args.externalUserIds).length || args.chatId) return ["fail not supported"];
    const members = await several(userids(args.userIds));
    if (!members.length) return ["fail no such userid"];
    const ids = members.map((each) => each.id);
    const name = String(args.groupName ?? "").slice(0, 50);
    const sure = ids.length === 1 || (await ask({ title: t("workbench.group", { app: appName(), n: ids.length }, ids.length), act: t("workbench.allow") }));
    if (!sure) return ["cancel"];
    const id = ids.length === 1 ? await chat.talkTo(ids[0]!) : await chat.beginGroup(name, ids);
    await router.push(`/c/${id}`);
    return ["ok", { chatId: "" }];
  }

  async function profile(args: Record<string, unknown>): Promise<Outcome> {
    if (args.type !== undefined && Number(args.type) !== 1) return ["fail not supported"];
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
    const urls = list(args.urls).filter(isWeb);
    const current = String(args.current ?? "");
    if (isWeb(current) && !urls.includes(current)) urls.unshift(current);
    if (!urls.length) return ["fail invalid urls"];
    pictures.value = { urls, current: Math.max(0, urls.indexOf(current)) };
    return ["ok"];
  }

  function network(): Outcome {
    const { effectiveType = "", type = "" } = (navigator as { connection?: { effectiveType?: string; type?: string } }).connection ?? {};
    return ["ok", { networkType: type === "wifi" || !effectiveType ? "wifi" : effectiveType.replace("slow-", "") }];
  }

  const acts: Partial<Record<Offered, Act>> = {
    closeWindow: () => (queueMicrotask(leave), ["ok"]),
    hideOptionMenu: () => ((menuShown.value = false), ["ok"]),
    showOptionMenu: () => ((menuShown.value = true), ["ok"]),
    onHistoryBack: () => ["ok"],
    previewImage: looked,
    scanQRCode: scanned,
    getLocation: located,
    getNetworkType: network,
    getContext: () => ["ok", { entry: "normal" }],
    selectEnterpriseContact: contacts,
    openEnterpriseChat: talk,
    openUserProfile: profile,
    openDefaultBrowser: ({ url }) => (isWeb(String(url)) ? (window.open(String(url), "_blank", "noopener,noreferrer"), ["ok"]) : ["fail invalid url"]),
    setClipboardData: copied,
  };
  return { acts: acts as Record<string, Act>, menuShown, pictures, choosing, scanning };
}
