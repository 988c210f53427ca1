import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  startSimulatedAzure,
  startSimulatedOllama,
  startSimulatedOpenAI,
  type Fault,
} from "@corral/simulated-providers";
import { describe, expect, test } from "vitest";
import { dialects, type Dialect } from "./provider-bench.ts";

const run = promisify(execFile);
const program = fileURLToPath(new URL("call-once.ts", import.meta.url));

/** What a second call costs a process that has nothing else to do. */
async function costOf(dialect: Dialect, mode: "streamed" | "whole" | "list", fault: Fault) {
  const start = { ollama: startSimulatedOllama, openai: startSimulatedOpenAI, azure: startSimulatedAzure };
  await using server = await start[dialect]();
  server.faults.set({ fault });
  const { stdout } = await run(process.execPath, [program, dialect, server.url, mode]);
  // safe: what the program prints
  return JSON.parse(stdout) as { readonly code: string; readonly grownMiB: number; readonly cpuMs: number };
}

const calls = dialects.flatMap((dialect) =>
  (["streamed", "whole"] as const).map((mode) => [dialect, mode] as const),
);

test.each(calls)(
  "[PRV-9] [vector 12] a line of 1 GB from %s, %s, is cut off at 8 MiB and does not fill the memory",
  async (dialect, mode) => {
    const cost = await costOf(dialect, mode, { kind: "giant-line", megabytes: 1_024 });

    expect(cost.code).toBe("upstream_invalid_response");
    expect(cost.grownMiB).toBeLessThan(32);
  },
);

test.each(dialects)("[PRV-9] a list of 1 GB from %s is cut off at 64 MiB", async (dialect) => {
  const cost = await costOf(dialect, "list", { kind: "giant-line", megabytes: 1_024 });

  expect(cost.code).toBe("upstream_invalid_response");
  // held once as it comes and once as text
  expect(cost.grownMiB).toBeLessThan(250);
});

describe.each(calls)("%s, %s", (dialect, mode) => {
  test.each([
    ["[PRV-10] a bomb of 1 GB", { kind: "gzip-bomb" }],
    ["[PRV-11] five thousand encodings", { kind: "content-encoding-chain" }],
    ["[PRV-11] headers of 200 kB", { kind: "huge-headers" }],
  ] as const)("%s costs next to nothing", async (_, fault) => {
    const cost = await costOf(dialect, mode, fault);

    expect(cost.code).toBe("upstream_invalid_response");
    expect(cost.cpuMs).toBeLessThan(100);
    expect(cost.grownMiB).toBeLessThan(20);
  });
});
