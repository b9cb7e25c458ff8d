import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  plugins: [vue()],
  resolve: { alias: { "@": here } },
  test: { include: ["**/*.test.ts"], exclude: ["node_modules/**", "dist/**"] },
});
