// What is one's own: settings, devices, consents.
import { answer, api } from "./http";
import type { components } from "./api.gen";

/** All of them are always told. */
export type Settings = Required<Omit<components["schemas"]["MemberSettings"], "notifications">> & {
  notifications: Required<components["schemas"]["Notifications"]>;
};
export type QuietHours = components["schemas"]["QuietHours"];
export type Device = components["schemas"]["DeviceView"];
export type Consent = components["schemas"]["ConsentView"];
export type Member = components["schemas"]["MemberView"];

export const settings = (): Promise<Settings> => answer(api.GET("/api/me/settings")) as Promise<Settings>;
export const changeSettings = (changes: Partial<Settings>): Promise<unknown> =>
  answer(api.PATCH("/api/me/settings", { body: changes as components["schemas"]["NewSettings"] }));

export const devices = async (): Promise<Device[]> => (await answer(api.GET("/api/me/devices"))).devices;
export const signOutDevice = (session_id: number): Promise<unknown> =>
  answer(api.DELETE("/api/me/devices/{session_id}", { params: { path: { session_id } } }));
export const signOutOthers = (): Promise<unknown> => answer(api.DELETE("/api/me/devices"));

export const consents = async (): Promise<Consent[]> => (await answer(api.GET("/api/me/app-consents"))).consents;
export const withdraw = (app_id: number): Promise<unknown> =>
  answer(api.DELETE("/api/me/app-consents/{app_id}", { params: { path: { app_id } } }));

export const memberById = (member_id: number): Promise<Member> =>
  answer(api.GET("/api/members/{member_id}", { params: { path: { member_id } } }));

export type Rules = components["schemas"]["Allowed"];
export const rules = (): Promise<Rules> => answer(api.GET("/api/me/rules"));

export function showPicture(picture: Blob): Promise<Member> {
  const body = new FormData();
  body.append("media", picture, "picture.jpg");
  // The document describes the part; the browser writes it.
  return answer(api.PUT("/api/me/avatar", { body: body as never, bodySerializer: (given: unknown) => given as FormData }));
}
export const removePicture = (): Promise<Member> => answer(api.DELETE("/api/me/avatar"));
