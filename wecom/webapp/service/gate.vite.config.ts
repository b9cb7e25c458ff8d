import { defineConfig } from "vite";

import { worker } from "./vite.config.ts";

export default defineConfig(worker("gate", "gate.ts"));
