// What a code leads to: letting another device in, a page of ours, or what it says and no more.

export type Meaning =
  | { kind: "app-login"; shown: string }
  | { kind: "sign-in"; ticket: string }
  | { kind: "page"; path: string }
  | { kind: "link"; url: string }
  | { kind: "text"; text: string };

export function meaningOf(text: string, origin: string): Meaning {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return { kind: "text", text };
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return { kind: "text", text };
  if (url.origin !== origin) return { kind: "link", url: url.href };
  if (url.pathname === "/app-login" && url.hash.length > 1) return { kind: "app-login", shown: url.hash.slice(1) };
  const ticket = /^\/app\/scan\/([\w-]+)$/.exec(url.pathname)?.[1] ?? (url.pathname === "/app/" ? ticketIn(url.hash) : undefined);
  if (ticket) return { kind: "sign-in", ticket };
  if (url.pathname.startsWith("/app/")) return { kind: "page", path: url.pathname.slice(4) + url.search + url.hash };
  return { kind: "link", url: url.href };
}

/** As codes say it: behind the #, which no server and no log of one gets to see. */
export const ticketIn = (hash: string): string | undefined => /^#\/scan\/([\w-]+)$/.exec(hash)?.[1];
