import { fileURLToPath } from "node:url";

import { build, createLogger } from "vite";

export type BuildResult = { folder: string; warnings: string[] };

/** Builds into `artifacts/`, so that a test never touches the build that someone is serving. */
export async function buildDashboard(mode: "production" | "kit"): Promise<BuildResult> {
  const warnings: string[] = [];
  const logger = createLogger("warn");
  logger.warn = (text) => warnings.push(text);
  logger.warnOnce = (text) => warnings.push(text);
  const folder = fileURLToPath(new URL(`../artifacts/${mode}/`, import.meta.url));
  await build({
    root: fileURLToPath(new URL("..", import.meta.url)),
    mode,
    customLogger: logger,
    build: { outDir: folder, emptyOutDir: true },
  });
  return { folder, warnings };
}
