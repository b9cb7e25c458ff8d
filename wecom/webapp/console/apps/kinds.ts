// Apps as the console keeps them.
import { i18n } from "@/text";
import type { components } from "@/wire/api.gen";
import { answer, api } from "@/wire/http";

import { confirmed } from "../parts/ask";
import { attempt } from "../parts/load";

export type App = components["schemas"]["CompanyApp"];
export interface ShownOnce {
  name: string;
  text: string;
}

/** Another secret, once it was said what that means; null: it was not wanted, or refused. */
export async function rotated(app: App, name: string): Promise<ShownOnce | null> {
  const { t } = i18n.global;
  if (!(await confirmed({ title: t("apps.rotateAsk", { name }), lines: [t("apps.rotateText")], act: t("apps.rotate"), danger: true }))) return null;
  let made: ShownOnce | null = null;
  await attempt(async () => {
    const { secret } = await answer(api.POST("/api/company-apps/{app_id}/secret", { params: { path: { app_id: app.id } } }));
    made = { name, text: secret };
  });
  return made;
}

/** A list as it is typed, a line each. */
export function lines(text: string): string[] {
  return text.split("\n").map((each) => each.trim()).filter(Boolean);
}
