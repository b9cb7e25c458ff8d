// Apps of the company: whose page something is, and signing in to them on another device.
import { answer, api } from "./http";
import type { components } from "./api.gen";

type Schemas = components["schemas"];
export type ShownApp = Schemas["ShownApp"];
export type PageApp = Schemas["PageApp"];
export type AppLogin = Schemas["AppLoginView"];

export const whosePage = async (page: Schemas["SignedPage"]): Promise<PageApp[]> =>
  (await answer(api.POST("/api/page-signatures/check", { body: page }))).apps;

/** Under which the app finds the picture. */
export async function givePicture(app_id: number, picture: Blob): Promise<string> {
  const body = new FormData();
  body.append("media", picture, picture.type === "image/png" ? "image.png" : "image.jpg");
  const params = { path: { app_id } };
  // The document describes the part; the browser writes it.
  const given = await answer(api.POST("/api/apps/{app_id}/pictures", { params, body: body as never, bodySerializer: (it: unknown) => it as FormData }));
  return given.media_id;
}

export const pictureAgain = (app_id: number, media_id: string): Promise<Blob> =>
  answer(api.GET("/api/apps/{app_id}/pictures/{media_id}", { params: { path: { app_id, media_id } }, parseAs: "blob" })) as Promise<Blob>;

export const lookAtLogin = (shown: string): Promise<AppLogin> => answer(api.POST("/api/app-logins/look", { body: { shown } }));
export const confirmLogin = (shown: string): Promise<unknown> => answer(api.POST("/api/app-logins/confirm", { body: { shown } }));
export const refuseLogin = (shown: string): Promise<unknown> => answer(api.POST("/api/app-logins/refuse", { body: { shown } }));
