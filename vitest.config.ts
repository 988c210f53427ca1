import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
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
    // One PostgreSQL for all projects; and what the server's tests have seen of its description.
    globalSetup: ["packages/db/src/testing/global-setup.ts", "apps/server/test/support/collect-answers.ts"],
    // Vitest leaves one core free, of two as well; most files wait for sockets and processes longer than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
