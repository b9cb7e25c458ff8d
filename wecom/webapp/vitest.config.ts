import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

import { icons } from "./icons.plugin";

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  plugins: [icons(), vue()],
  resolve: { alias: { "@": here } },
  test: { include: ["**/*.test.ts"], exclude: ["node_modules/**", "dist/**"] },
});
