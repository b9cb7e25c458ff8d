// Markdown as WeCom shows it, from markdown-it's tokens to nodes; what people write never becomes HTML.
//
// `markdown` has headings, bold, links, code, quotes and three font colours; `markdown_v2` also lists, tables,
// italics, rules, pictures and blocks of code, but no colours.
import MarkdownIt, { type Token } from "markdown-it";
import { h, type VNodeChild } from "vue";

import { pieces, safe, type Named } from "./pieces";

export interface Calls {
  called: readonly Named[];
  everyone: boolean;
}

const first = new MarkdownIt("zero", { breaks: true, linkify: false }).enable([
  "heading", "emphasis", "link", "backticks", "blockquote", "newline", "escape",
]);
const second = new MarkdownIt("commonmark", { html: false, breaks: true }).enable(["table", "strikethrough"]);

/** How it looks. To assistive technology a message's headings are none of the page's: they would break its outline. */
const HEADINGS: Record<string, string> = {
  h1: "title large", h2: "title large", h3: "title", h4: "title", h5: "title", h6: "title",
};
const TAGS = new Set([
  "p", "strong", "em", "s", "blockquote", "ul", "ol", "li",
  "table", "thead", "tbody", "tr", "th", "td",
]);
/** None within another: each is looked for no further than the next one. */
const FONT = /<font\s{1,9}color=["']?(info|comment|warning)["']?\s{0,9}>((?:(?!<\/?font)[\s\S])*)<\/font>/giu;

/** Words, in which there may be colours, links and names. */
function words(text: string, calls: Calls): VNodeChild[] {
  const nodes: VNodeChild[] = [];
  for (const part of pieces(text, calls.called, calls.everyone)) {
    if (part.kind === "link") nodes.push(link(part.to, [part.text]));
    else if (part.kind === "mention") nodes.push(h("span", { class: "mention" }, part.text));
    else nodes.push(part.text);
  }
  return nodes;
}

const link = (to: string, inside: VNodeChild[]): VNodeChild =>
  safe(to) ? h("a", { href: to, target: "_blank", rel: "noopener noreferrer" }, inside) : inside;

function inside(token: Token, children: VNodeChild[]): VNodeChild {
  if (token.tag === "a") return link(String(token.attrGet("href") ?? ""), children);
  if (token.tag in HEADINGS) return h("p", { class: HEADINGS[token.tag] }, [h("strong", children)]);
  if (!TAGS.has(token.tag)) return children;
  const align = /text-align:\s*(left|right|center)/u.exec(String(token.attrGet("style") ?? ""))?.[1];
  const start = token.tag === "ol" ? token.attrGet("start") : null;
  const node = h(token.tag, { ...(align && { class: `to-${align}` }), ...(start && { start }) }, children);
  // A wide table is scrolled by itself, and so needs to be reached by keys.
  return token.tag === "table" ? h("div", { class: "wide", tabindex: 0, role: "group" }, [node]) : node;
}

function leaf(token: Token, calls: Calls): VNodeChild {
  switch (token.type) {
    case "text":
      return words(token.content, calls);
    case "softbreak":
    case "hardbreak":
      return h("br");
    case "code_inline":
      return h("code", token.content);
    case "fence":
    case "code_block":
      return h("pre", { tabindex: 0 }, [h("code", token.content.replace(/\n$/u, ""))]);
    case "hr":
      return h("hr");
    case "image":
      return safe(String(token.attrGet("src") ?? ""))
        ? h("img", { src: token.attrGet("src"), alt: token.content, loading: "lazy", referrerpolicy: "no-referrer" })
        : token.content;
    default:
      return token.content;
  }
}

function nodes(tokens: readonly Token[], calls: Calls): VNodeChild[] {
  const stack: { token: Token | null; children: VNodeChild[] }[] = [{ token: null, children: [] }];
  for (const token of tokens) {
    const top = stack.at(-1)!;
    if (token.type === "inline") top.children.push(...nodes(token.children ?? [], calls));
    else if (token.nesting > 0) stack.push({ token, children: [] });
    else if (token.nesting < 0) {
      const { token: opened, children } = stack.pop()!;
      // The paragraph of a tight list's item is not there to be seen.
      stack.at(-1)!.children.push(opened!.hidden ? children : inside(opened!, children));
    } else top.children.push(leaf(token, calls));
  }
  return stack[0]!.children;
}

/** Colours are marked by letters of nobody's before markdown is read, and put back as nodes after. */
const MARK: Record<string, string> = { info: "\uE001", comment: "\uE002", warning: "\uE003" };
const COLOURS = Object.fromEntries(Object.entries(MARK).map(([name, letter]) => [letter, name]));
const END = "\uE000";

function coloured(children: VNodeChild[]): VNodeChild[] {
  const done: VNodeChild[] = [];
  let open: { name: string; inside: VNodeChild[] } | null = null;
  const push = (child: VNodeChild) => (open ? open.inside : done).push(child);
  for (const child of children.flat(9) as VNodeChild[]) {
    if (typeof child !== "string") {
      if (child && typeof child === "object" && "children" in child && Array.isArray(child.children)) {
        child.children = coloured(child.children as VNodeChild[]) as never;
      }
      push(child);
      continue;
    }
    for (const part of child.split(/([\uE000-\uE003])/u)) {
      if (part in COLOURS) open ??= { name: COLOURS[part]!, inside: [] };
      else if (part === END) {
        if (open) done.push(h("span", { class: `font-${open.name}` }, open.inside));
        open = null;
      } else if (part) push(part);
    }
  }
  if (open) done.push(h("span", { class: `font-${open.name}` }, open.inside));
  return done;
}

export function rendered(text: string, kind: "markdown" | "markdown_v2", calls: Calls): VNodeChild[] {
  const plain = text.replace(/[\uE000-\uE003]/gu, "");
  if (kind === "markdown_v2") return nodes(second.parse(plain, {}), calls);
  // In WeCom a quote ends with its line; markdown itself would go on until a blank one.
  const ended = plain.replace(/^([ \t]*>.*)\n(?=[^>\n])/gmu, "$1\n\n");
  const marked = ended.replace(FONT, (_, name: string, said: string) => `${MARK[name.toLowerCase()]}${said}${END}`);
  return coloured(nodes(first.parse(marked, {}), calls));
}
