// The service worker, built after the pages: it names every file of the employee app's shell and what it holds.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";

import { defineConfig } from "vite";

import { compressed, files } from "../vite.config.ts";

const root = resolve(import.meta.dirname, "..");
const dist = resolve(root, "dist");

/** Which files the app needs to start, by the page's own tags and what those import at once. */
function shell(): { url: string; revision: string | null }[] {
  const page = readFileSync(resolve(dist, "app/index.html"), "utf8");
  const named = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!);
  const revision = createHash("sha256").update(page).digest("hex").slice(0, 16);
  const icons = files(resolve(dist, "icons")).map((path) => "/" + relative(dist, path).split(sep).join("/"));
  return [
    { url: "/app/", revision },
    ...[...new Set(named)].map((url) => ({ url, revision: null })),
    ...icons.filter((url) => url.endsWith(".svg")).map((url) => ({ url, revision })),
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
