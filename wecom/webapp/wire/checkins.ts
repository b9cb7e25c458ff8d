// Checking in, and what became of it.
import { answer, api } from "./http";
import type { components } from "./api.gen";

type Schemas = components["schemas"];
export type Now = Schemas["NowView"];
export type Rule = NonNullable<Now["rule"]>;
export type Next = NonNullable<Now["next"]>;
export type Point = Schemas["PointView"];
export type Punch = Schemas["PunchView"];
export type Punched = Schemas["PunchedView"];
export type Outcome = Punched["outcome"];
export type Day = Schemas["OwnDayView"];
export type Month = Schemas["OwnMonthView"];
export type NewPunch = Schemas["NewPunch"];
export type Place = NonNullable<NewPunch["place"]>;
export type Way = Next["kind"];

/** `device`: this one, as its punches name it. */
export const now = (device: string): Promise<Now> => answer(api.GET("/api/checkins/now", { params: { query: { device } } }));
export const checkIn = (body: NewPunch): Promise<Punched> => answer(api.POST("/api/checkins", { body }));
export const days = async (from: string, to: string): Promise<Day[]> =>
  (await answer(api.GET("/api/checkins/days", { params: { query: { from, to } } }))).days;
export const month = (name: string): Promise<Month> =>
  answer(api.GET("/api/checkins/months/{month}", { params: { path: { month: name } } }));

const LONGEST_UPLOAD = 180_000;

/** Its id, by which a punch names it. */
export async function givePhoto(photo: Blob): Promise<string> {
  const body = new FormData();
  body.append("media", photo, photo.type === "image/png" ? "photo.png" : "photo.jpg");
  // The document describes the part; the browser writes it.
  const given = await answer(api.POST("/api/checkins/photos", { body: body as never, bodySerializer: (it: unknown) => it as FormData, signal: AbortSignal.timeout(LONGEST_UPLOAD) }));
  return given.photo;
}

export const photoOf = (punch: Punch): string => `/api/checkins/punches/${punch.id}/photo`;
