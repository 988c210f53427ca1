import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      "packages/*",
      "apps/*",
      "tooling/consistency",
      "tooling/simulated-providers",
      "tooling/test-summary",
    ],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
