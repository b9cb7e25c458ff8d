// The service worker, built after the pages: it names every file of the employee app's shell and what it holds.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";

import { defineConfig } from "vite";

import { compressed, files } from "../vite.config.ts";

const root = resolve(import.meta.dirname, "..");
const dist = resolve(root, "dist");

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
}

/** What is only worth keeping once it was wanted: lists of emoji, for example. */
const LARGE = 50 * 1024;

/** Every script and style of the employee app, also those of screens that are loaded when they are first wanted. */
function parts(page: string): string[] {
  const chunks = JSON.parse(readFileSync(resolve(dist, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
  const found = new Set([...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]!));
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const chunk = chunks[name];
    if (!chunk || seen.has(name)) return;
    seen.add(name);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) {
      if (statSync(resolve(dist, `${file}.br`)).size <= LARGE) found.add(file);
    }
    for (const each of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) visit(each);
  };
  for (const [name, chunk] of Object.entries(chunks)) if (found.has(chunk.file)) visit(name);
  if (!seen.size) throw new Error("the app's page names nothing that was built");
  return [...found].map((file) => `/${file}`);
}

function shell(): { url: string; revision: string | null }[] {
  const page = readFileSync(resolve(dist, "app/index.html"), "utf8");
  const revision = createHash("sha256").update(page).digest("hex").slice(0, 16);
  const icons = files(resolve(dist, "icons")).map((path) => "/" + relative(dist, path).split(sep).join("/"));
  return [
    { url: "/app/", revision },
    ...parts(page).map((url) => ({ url, revision: null })),
    ...icons.filter((url) => /(svg|192.png|badge-96.png)$/.test(url)).map((url) => ({ url, revision })),
  ];
}

export default defineConfig({
  root,
  publicDir: false,
  plugins: [compressed((path) => path.endsWith("sw.js"))],
  resolve: { alias: { "@": root } },
  define: { __SHELL__: JSON.stringify(shell()), "process.env.NODE_ENV": '"production"' },
  build: {
    outDir: resolve(dist, "app"),
    emptyOutDir: false,
    target: "es2022",
    reportCompressedSize: false,
    lib: { entry: resolve(import.meta.dirname, "worker.ts"), formats: ["iife"], name: "worker", fileName: () => "sw.js" },
  },
});
