// The service workers, built after the pages: each names every file of its client's shell and what it holds.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";

import { defineConfig, type UserConfig } from "vite";

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

/** Every script and style of a client, also those of screens that are loaded when they are first wanted. */
function parts(page: string, largest: number): string[] {
  const chunks = JSON.parse(readFileSync(resolve(dist, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
  const found = new Set([...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]!));
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const chunk = chunks[name];
    if (!chunk || seen.has(name)) return;
    seen.add(name);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) {
      if (statSync(resolve(dist, `${file}.br`)).size <= largest) found.add(file);
    }
    for (const each of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) visit(each);
  };
  for (const [name, chunk] of Object.entries(chunks)) if (found.has(chunk.file)) visit(name);
  if (!seen.size) throw new Error("the page names nothing that was built");
  return [...found].map((file) => `/${file}`);
}

function shell(client: string, largest: number): { url: string; revision: string | null }[] {
  const page = readFileSync(resolve(dist, client, "index.html"), "utf8");
  const revision = createHash("sha256").update(page).digest("hex").slice(0, 16);
  const icons = files(resolve(dist, "icons")).map((path) => "/" + relative(dist, path).split(sep).join("/"));
  return [
    { url: `/${client}/`, revision },
    ...parts(page, largest).map((url) => ({ url, revision: null })),
    ...icons.filter((url) => /(svg|192.png|badge-96.png)$/.test(url)).map((url) => ({ url, revision })),
  ];
}

export function worker(client: string, source: string, largest = Infinity): UserConfig {
  return {
    root,
    publicDir: false,
    plugins: [compressed((path) => path.endsWith(`${client}${sep}sw.js`))],
    resolve: { alias: { "@": root } },
    define: { __SHELL__: JSON.stringify(shell(client, largest)), "process.env.NODE_ENV": '"production"' },
    build: {
      outDir: resolve(dist, client),
      emptyOutDir: false,
      target: "es2022",
      reportCompressedSize: false,
      lib: { entry: resolve(import.meta.dirname, source), formats: ["iife"], name: "worker", fileName: () => "sw.js" },
    },
  };
}

export default defineConfig(worker("app", "worker.ts", LARGE));
