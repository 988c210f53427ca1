import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "tooling/simulated-providers", "tooling/consistency"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
