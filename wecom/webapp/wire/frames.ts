// What the socket says and is told. The protocol is described in wecom/interfaces/realtime/__init__.py.
import type { Frame } from "@/state/model";

export interface Welcome {
  type: "welcome";
  member_id: number;
  session_id: number;
  epoch: string;
  heads: Record<string, number>;
}

export interface Heads {
  type: "heads";
  heads: Record<string, number>;
  gone?: string[];
}

export type Told =
  | Welcome
  | Heads
  | { type: "typing"; conversation_id: number; member_id: number }
  | { type: "presence"; members: Record<string, boolean> }
  | { type: "reads"; conversation_id: number }
  | { type: "bye"; reason: string }
  | { type: "pong" }
  | { type: "refused"; client_id: string; error: string; message: string; retry_after?: number };

export type Heard = Told | (Frame & { type?: undefined });

export type Say =
  | { type: "hello"; cursors: Record<string, number> }
  | { type: "ack"; cursors: Record<string, number> }
  | { type: "typing"; conversation_id: number }
  | { type: "watch"; member_ids: number[] }
  | { type: "ping" };

export const SESSION_ENDED = 4401;
export const TOO_MANY = 4409;
export const RESTARTING = 1012;
