// Who is signed in here.
import { answer, api } from "./http";
import type { components } from "./api.gen";

export type Me = components["schemas"]["MeView"];
export type SignedIn = components["schemas"]["SignedIn"];

/** Raises `Refused` with status 401 when nobody is. */
export const whoAmI = (): Promise<Me> => answer(api.GET("/api/me"));

export const signIn = (account: string, password: string, device: string): Promise<SignedIn> =>
  answer(api.POST("/api/session", { body: { account, password, device, kind: "cookie" } }));

export const signOut = (): Promise<unknown> => answer(api.DELETE("/api/session"));

/** How many other devices were signed out by it. */
export const changePassword = (old_password: string, new_password: string): Promise<components["schemas"]["PasswordChanged"]> =>
  answer(api.PUT("/api/me/password", { body: { old_password, new_password } }));
