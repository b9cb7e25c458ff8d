// What a browser must be able to do. These two came last: Chromium 116, Firefox 125, Safari 17.4 and later have both.
const SENTENCES = [
  ["zh-CN", "此浏览器版本过旧。请更新浏览器：Chrome 或 Edge 116、Firefox 125、Safari 17.4 及以上版本。"],
  ["en", "This browser is too old. Please update it: Chrome or Edge 116, Firefox 125, Safari 17.4 or later."],
  ["de", "Dieser Browser ist zu alt. Bitte aktualisieren: Chrome oder Edge ab 116, Firefox ab 125, Safari ab 17.4."],
] as const;

/** Whether a page can be drawn here. Where it cannot, it says so in each language, for nothing else is sure to work. */
export function isAble(): boolean {
  if ("any" in AbortSignal && "showPopover" in HTMLElement.prototype) return true;
  const said = SENTENCES.map(([language, sentence]) => {
    const line = document.createElement("p");
    line.lang = language;
    line.textContent = sentence;
    return line;
  });
  const [main, heading] = [document.createElement("main"), document.createElement("h1")];
  heading.textContent = document.title;
  main.className = "unable";
  main.append(heading, ...said);
  document.getElementById("page")?.replaceChildren(main);
  return false;
}
