// `wire/ask-early.js` beside the app's page, as a file of its own; it is told where each language's words and the door lie.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { Plugin } from "vite";

const here = import.meta.dirname;
const LANGUAGES = ["zh-CN", "en", "de"];

export function early(): Plugin {
  let name = "";
  return {
    name: "early",
    apply: "build",
    generateBundle() {
      const source = readFileSync(resolve(here, "wire/ask-early.js"), "utf8");
      name = `assets/early-${createHash("sha256").update(source).digest("base64url").slice(0, 8)}.js`;
      this.emitFile({ type: "asset", fileName: name, source });
    },
    transformIndexHtml: {
      order: "post",
      handler(page, { bundle, filename }) {
        if (!filename.endsWith("app/index.html") || !bundle) return [];
        const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
        /** The file of a language's words, and those that it stands on. */
        const wordsOf = (language: string): string => {
          const found = chunks.find((each) => each.facadeModuleId === resolve(here, `text/words/${language}/app.ts`));
          return found ? [found.fileName, ...found.imports].map((name) => `/${name}`).join(" ") : "";
        };
        /** The files that show who is not signed in the way in. */
        const door = chunks
          .filter((each) => each.name === "door")
          .flatMap((each) => [each.fileName, ...each.imports, ...(each.viteMetadata?.importedCss ?? [])])
          .filter((each) => !page.includes(each));
        const written = LANGUAGES.map((language) => [`data-${language.slice(0, 2)}`, wordsOf(language)]);
        const attrs = { async: true, src: `/${name}`, ...Object.fromEntries(written), "data-door": door.map((each) => `/${each}`).join(" ") };
        return [{ tag: "script", attrs, injectTo: "head-prepend" }];
      },
    },
  };
}
