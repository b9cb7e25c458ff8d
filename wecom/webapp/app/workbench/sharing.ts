// Passing a page on to a conversation: because the page asks for it, or somebody does from the app's own menu.
import { shallowRef, type ShallowRef } from "vue";

import type { Shown } from "./acts";
import type { Outcome } from "./bridge";

export interface Shared {
  title: string;
  about: string;
  link: string;
  /** Whether it went somewhere. */
  done: (sent: boolean) => void;
}

export interface Sharing {
  /** What is being passed on, while somebody chooses to whom. */
  shared: ShallowRef<Shared | null>;
  /** As the page asks: now, or with what it said once somebody passes it on. */
  now: (args: Record<string, unknown>) => Promise<Outcome>;
  later: (args: Record<string, unknown>) => Promise<Outcome>;
  /** From the menu. */
  begin: () => void;
  /** Another page, which has said nothing yet. */
  forget: () => void;
}

const said = (value: unknown, most: number): string => String(value ?? "").trim().slice(0, most);

export function sharing(app: () => Shown): Sharing {
  const shared = shallowRef<Shared | null>(null);
  let prepared: { args: Record<string, unknown>; answered: (sent: boolean) => void } | null = null;

  function begin(args: Record<string, unknown> = {}): Promise<boolean> {
    const { name, address } = app();
    const link = said(args.link, 2048);
    // What was being passed on before goes nowhere: its page is told, not left waiting.
    shared.value?.done(false);
    return new Promise((resolve) => {
      shared.value = {
        title: said(args.title, 200) || name,
        about: said(args.desc, 500),
        link: /^https?:\/\//i.test(link) ? link : address,
        done: (sent) => {
          shared.value = null;
          resolve(sent);
        },
      };
    });
  }

  const outcome = (sent: boolean): Outcome => [sent ? "ok" : "cancel"];

  return {
    shared,
    now: async (args) => outcome(await begin(args)),
    later: (args) =>
      new Promise((resolve) => {
        prepared?.answered(false);
        prepared = { args, answered: (sent) => resolve(outcome(sent)) };
      }),
    begin() {
      const { args, answered } = prepared ?? { args: {}, answered: () => undefined };
      void begin(args).then(answered);
    },
    forget() {
      prepared?.answered(false);
      prepared = null;
    },
  };
}
