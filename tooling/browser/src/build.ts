import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export type BuildResult = {
  /** Ends with a slash. */
  folder: string;
  /** What the build complained about; empty is what every test expects. */
  warnings: string;
};

const dashboard = new URL("../../../apps/dashboard/", import.meta.url);
const vite = join(
  dirname(createRequire(new URL("package.json", dashboard)).resolve("vite/package.json")),
  "bin/vite.js",
);

/**
 * Builds into `artifacts/`, so that a test never touches the build that someone is serving. In a process of
 * its own, since vitest sets NODE_ENV, which would give the development build of React.
 */
export async function buildDashboard(mode: "production" | "kit", name: string = mode): Promise<BuildResult> {
  const folder = fileURLToPath(new URL(`artifacts/${name}/`, dashboard));
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [vite, "build", "--mode", mode, "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"],
    {
      cwd: fileURLToPath(dashboard),
      env: { ...process.env, NODE_ENV: "production" },
      timeout: 60_000,
    },
  );
  return { folder, warnings: stderr };
}
