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

// Signing in by another device: a picture here, a question there.
type Schemas = components["schemas"];
export type WaitingDevice = Schemas["WaitingDevice"];

export const beginByCode = (): Promise<Schemas["BegunSignIn"]> => answer(api.POST("/api/session/qr"));
export const outcomeOfCode = (poll_secret: string): Promise<Schemas["SignInOutcome"]> =>
  answer(api.POST("/api/session/qr/outcome", { body: { poll_secret } }));
export const lookAtDevice = (ticket: string): Promise<WaitingDevice> => answer(api.POST("/api/session/qr/look", { body: { ticket } }));
export const letIn = (ticket: string): Promise<unknown> => answer(api.POST("/api/session/qr/confirm", { body: { ticket } }));
export const keepOut = (ticket: string): Promise<unknown> => answer(api.POST("/api/session/qr/refuse", { body: { ticket } }));
