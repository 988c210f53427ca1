import { defineConfig } from "vitest/config";

// Apart from the projects of `pnpm test`: the first run compiles a server for minutes.
export default defineConfig({
  test: {
    name: "peers",
    globalSetup: ["src/vitest-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 90_000,
  },
});
