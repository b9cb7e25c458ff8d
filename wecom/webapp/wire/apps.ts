// Apps of the company: whose page something is, and signing in to them on another device.
import { answer, api } from "./http";
import type { components } from "./api.gen";

type Schemas = components["schemas"];
export type ShownApp = Schemas["ShownApp"];
export type PageApp = Schemas["PageApp"];
export type AppLogin = Schemas["AppLoginView"];

export const whosePage = async (page: Schemas["SignedPage"]): Promise<PageApp[]> =>
  (await answer(api.POST("/api/page-signatures/check", { body: page }))).apps;

export const lookAtLogin = (shown: string): Promise<AppLogin> => answer(api.POST("/api/app-logins/look", { body: { shown } }));
export const confirmLogin = (shown: string): Promise<unknown> => answer(api.POST("/api/app-logins/confirm", { body: { shown } }));
export const refuseLogin = (shown: string): Promise<unknown> => answer(api.POST("/api/app-logins/refuse", { body: { shown } }));
