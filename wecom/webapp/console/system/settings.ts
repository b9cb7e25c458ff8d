// The server's settings, as the console changes them.
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
