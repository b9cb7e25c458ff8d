// The server's settings, as the console changes them.
import { i18n } from "@/text";
import type { components } from "@/wire/api.gen";
import { answer, api } from "@/wire/http";

export type Setting = components["schemas"]["SettingView"];
export type Value = Setting["value"];

export const readSettings = async (): Promise<Setting[]> => (await answer(api.GET("/api/console/settings"))).settings;

/** Null takes back what was set here. */
export async function changeSetting(name: string, value: Value): Promise<Setting[]> {
  const body = { [name]: value } as components["schemas"]["NewValues"];
  return (await answer(api.PATCH("/api/console/settings", { body }))).settings;
}

/** What it is for, in the reader's language; as a server says it that is newer than this page. */
export function about(setting: Setting): string {
  const { t, te } = i18n.global;
  return te(`settings.${setting.name}`) ? t(`settings.${setting.name}`) : setting.description;
}
