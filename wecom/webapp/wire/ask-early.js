// @ts-check
// What the first screen waits for is asked for while the app itself is still on its way: the words of the language; where
// nobody is signed in, the door; where somebody is of whom nothing is kept here, who they are and their conversations.
//
// A script of its own, of no parts: it runs as soon as it is here. `early.ts` takes what it has asked for.
(() => {
  const written = document.currentScript?.dataset ?? {};
  const wanted = [localStorage.getItem("wecom.language"), ...navigator.languages, "en"];
  const speaks = wanted.find((each) => each && written[each.slice(0, 2).toLowerCase()]) ?? "";
  /** @param {string | undefined} names */
  const fetchSoon = (names) => {
    for (const name of names?.split(" ") ?? []) {
      const link = document.createElement("link");
      const isStyle = name.endsWith(".css");
      link.rel = isStyle ? "preload" : "modulepreload";
      if (isStyle) link.as = "style";
      link.crossOrigin = "";
      link.href = name;
      document.head.append(link);
    }
  };
  fetchSoon(written[speaks.slice(0, 2).toLowerCase()]);

  const isKnown = localStorage.getItem("wecom.account") !== null;
  const isIn = isKnown || /(?:^|; )wecom_csrf=/.test(document.cookie);
  const root = document.documentElement;
  if (!isIn) {
    fetchSoon(written.door);
    root.dataset.begins = "door";
  } else if (/^\/app\/(?:messages\/?)?$/.test(location.pathname)) root.dataset.begins = "list";

  if (isIn && !isKnown) {
    const asked = ["/api/me", "/api/conversations"].map((path) => {
      const answer = fetch(path);
      answer.catch(() => undefined);
      return /** @type {const} */ ([path, answer]);
    });
    /** @type {typeof globalThis & { early?: Map<string, Promise<Response>> }} */ (globalThis).early = new Map(asked);
  }
})();
