// `icon:chat` is TDesign's icon of that name, as the few strokes that it is: its own component weighs twenty times that.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { Plugin } from "vite";

interface Node {
  tag: string;
  attrs?: Record<string, string | number>;
  children?: Node[];
}

const SOURCE = resolve(import.meta.dirname, "node_modules/tdesign-icons-vue-next/esm/components");
const GEOMETRY = new Set(["d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points", "transform"]);

function shapes(node: Node): [string, Record<string, string | number>][] {
  if (node.tag === "defs") return [];
  const attrs = node.attrs ?? {};
  const filled = attrs.fill === "props.filledColor" || attrs.fill === "currentColor";
  const drawn = filled || attrs.stroke !== undefined;
  const geometry = Object.fromEntries(Object.entries(attrs).filter(([name]) => GEOMETRY.has(name)));
  const own: [string, Record<string, string | number>][] =
    drawn && node.tag !== "svg" && node.tag !== "g" ? [[node.tag, filled ? { ...geometry, class: "filled" } : geometry]] : [];
  return [...own, ...(node.children ?? []).flatMap(shapes)];
}

export function icons(): Plugin {
  return {
    name: "icons",
    enforce: "pre",
    resolveId: (id) => (id.startsWith("icon:") ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith("\0icon:")) return null;
      const source = readFileSync(resolve(SOURCE, `${id.slice("\0icon:".length)}.js`), "utf8");
      const element = /var element = (\{.*?\n\});/s.exec(source);
      if (!element) throw new Error(`${id}: not as icons of TDesign are written`);
      const drawing = JSON.stringify(shapes(JSON.parse(element[1]!) as Node));
      return `import { icon } from "@/parts/icon";\nexport default /*#__PURE__*/ icon(${drawing});`;
    },
  };
}
