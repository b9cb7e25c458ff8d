// What `wire/ask-early.js` has asked for before the app was here: each answer is taken once, and soon.
const LASTS = 20_000;

declare global {
  var early: Map<string, Promise<Response>> | undefined;
}

/** The answer that is on its way; undefined where nobody asked, or too long ago. */
export function askedEarly(path: string): Promise<Response> | undefined {
  const found = performance.now() < LASTS ? globalThis.early?.get(path) : undefined;
  globalThis.early?.delete(path);
  return found;
}

export const isAskedEarly = (path: string): boolean => globalThis.early?.has(path) ?? false;
