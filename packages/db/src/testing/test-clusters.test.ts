import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { execPath, kill } from "node:process";
import { expect, test } from "vitest";

import { findProcess } from "../embedded/process-identity.ts";
import { createTestDataDir, sweepTestClusters } from "./test-clusters.ts";

test(
  "sweeps what a killed test run left, server included, and nothing that is in use",
  { timeout: 60_000 },
  async () => {
    await using inUse = await createTestDataDir();
    const module = new URL("test-clusters.ts", import.meta.url).href;
    const program = `const { startTestCluster } = await import(${JSON.stringify(module)});
    const { dataDir, pid } = await startTestCluster();
    console.log(JSON.stringify({ dataDir, pid }));
    setInterval(() => {}, 1000);`;
    const run = spawn(execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(run.stdout, "data");
    // What the program above prints.
    const left = JSON.parse(String(line)) as { dataDir: string; pid: number };
    const ended = once(run, "exit");
    kill(run.pid ?? 0, "SIGKILL");
    await ended;

    await sweepTestClusters();

    expect(await findProcess(left.pid)).toBeUndefined();
    await expect(stat(join(left.dataDir, ".."))).rejects.toThrow("ENOENT");
    expect((await stat(inUse.dataDir)).isDirectory()).toBe(true);
  },
);
