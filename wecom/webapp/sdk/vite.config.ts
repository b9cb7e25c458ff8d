// The JS-SDK for pages of apps, in one file that names nothing else.
import { resolve } from "node:path";

import { defineConfig } from "vite";

import { compressed } from "../vite.config.ts";

const root = resolve(import.meta.dirname, "..");

export default defineConfig({
  root,
  publicDir: false,
  plugins: [compressed((path) => path.endsWith("jweixin.js"))],
  build: {
    outDir: resolve(root, "dist/sdk"),
    emptyOutDir: true,
    target: "es2018",
    reportCompressedSize: false,
    lib: { entry: resolve(import.meta.dirname, "jweixin.ts"), formats: ["iife"], name: "wecom", fileName: () => "jweixin.js" },
  },
});
