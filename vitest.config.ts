import { readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const roots = [
  ...["apps", "packages"].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder)).map((name) => `${folder}/${name}`),
  ),
  "tooling/access-mutants",
  "tooling/consistency",
  "tooling/example-provider",
  "tooling/pack-check",
  "tooling/security-mutants",
  "tooling/simulated-providers",
  "tooling/test-summary",
];

export default defineConfig({
  test: {
    // Projects named by their paths alone would not take over what stands below.
    projects: roots.map((root) => ({
      extends: true as const,
      root: join(import.meta.dirname, root),
      test: { name: root },
    })),
    // One PostgreSQL for all projects.
    globalSetup: ["packages/db/src/testing/global-setup.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
