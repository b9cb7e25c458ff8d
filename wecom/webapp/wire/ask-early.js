// @ts-check
// What the first screen waits for is asked for while the app itself is still on its way: the words of the language, and
// where somebody is signed in of whom nothing is kept here, who they are and their conversations.
//
// A script of its own, of no parts: it runs as soon as it is here. `early.ts` takes what it has asked for.
(() => {
  const written = document.currentScript?.dataset ?? {};
  const wanted = [localStorage.getItem("wecom.language"), ...navigator.languages, "en"];
  const speaks = wanted.find((each) => each && written[each.slice(0, 2).toLowerCase()]);
  const words = written[(speaks ?? "").slice(0, 2).toLowerCase()];
  for (const name of words?.split(" ") ?? []) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.crossOrigin = "";
    link.href = name;
    document.head.append(link);
  }
  if (!/(?:^|; )wecom_csrf=/.test(document.cookie) || localStorage.getItem("wecom.account")) return;
  const asked = ["/api/me", "/api/conversations"].map((path) => {
    const answer = fetch(path);
    answer.catch(() => undefined);
    return /** @type {const} */ ([path, answer]);
  });
  /** @type {typeof globalThis & { early?: Map<string, Promise<Response>> }} */ (globalThis).early = new Map(asked);
})();
