// The pages of one workspace, `app/`, `console/` and `gate/`, into `dist/`; each file beside its own compressed forms.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

import { early } from "./early.plugin";
import { icons } from "./icons.plugin";

const here = import.meta.dirname;
const COMPRESSED = new Set([".html", ".js", ".css", ".svg", ".json", ".webmanifest"]);

export function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** The server hands out what lies beside a file as `.br` and `.gz`, so that nothing is compressed twice. */
export function compressed(only: (path: string) => boolean = () => true): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir }) {
      for (const path of files(dir!).filter((each) => COMPRESSED.has(extname(each)) && only(each))) {
        const plain = readFileSync(path);
        const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(`${path}.br`, brotliCompressSync(plain, { params: quality }));
        writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
      }
    },
  };
}

/** The product's, as its Python package has it. */
const version = /^version = "(.+)"$/m.exec(readFileSync(resolve(here, "../../pyproject.toml"), "utf8"))?.[1] ?? "";

interface Graph {
  getModuleInfo(id: string): { importers: readonly string[] } | null;
}

/** Whether the page of this entry cannot start without the module: it is imported at once, by whatever chain. */
function needed(id: string, entry: string, graph: Graph, passed = new Set<string>()): boolean {
  if (id === entry) return true;
  passed.add(id);
  const importers = graph.getModuleInfo(id)?.importers ?? [];
  return importers.some((each) => !passed.has(each) && needed(each, entry, graph, passed));
}

export default defineConfig({
  root: here,
  publicDir: resolve(here, "public"),
  plugins: [icons(), vue(), early(), compressed()],
  resolve: { alias: { "@": here } },
  define: {
    // What nobody here uses is left out.
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_DROP_MESSAGE_COMPILER__: true,
    __VUE_PROD_DEVTOOLS__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __VERSION__: JSON.stringify(version),
  },
  build: {
    outDir: resolve(here, "dist"),
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    // Inlined pictures and styles are what a strict policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { app: resolve(here, "app/index.html"), console: resolve(here, "console/index.html"), gate: resolve(here, "gate/index.html") },
      // What a first screen needs comes in two files, not thirty: each is a round trip on a telephone.
      output: {
        codeSplitting: {
          groups: [
            {
              // Nothing of the app's own may lie where the console would fetch it, and so run it.
              priority: 2,
              name: (id, graph) => {
                const own = id.startsWith(resolve(here, "app"));
                if (needed(id, resolve(here, "app/main.ts"), graph)) return own ? "first" : "base";
                return !own && needed(id, resolve(here, "app/enter/SignIn.vue"), graph) ? "base" : null;
              },
            },
            {
              // Words that more than one page has, in one file for each language.
              priority: 1,
              name: (id) => {
                const [, language] = /\/text\/words\/([^/]+)\/(?:common|refusals)\.ts$/.exec(id) ?? [];
                return language ? `common-${language}` : null;
              },
            },
            {
              // Who is not signed in waits for this one besides, and nobody else does.
              priority: 1,
              name: (id, graph) => (id.startsWith(resolve(here, "app")) && needed(id, resolve(here, "app/enter/SignIn.vue"), graph) ? "door" : null),
            },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } } },
});
