import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { runCommand } from "./run-command.ts";

const passing = `it("holds", () => expect(1 + 1).toBe(2));`;

describe("pnpm test", () => {
  it("ends with exit code 0 and the counts when everything passed or was skipped with a reason", async () => {
    const { exitCode, lines } = await runOver({
      "a.test.ts": `${passing} it("draws", ({ skip }) => skip("no Chromium"));`,
    });

    expect(lines.slice(-2)).toEqual([
      expect.stringMatching(/^skipped 1 in .*a\.test\.ts: no Chromium$/),
      "1 passed, 0 failed, 1 skipped",
    ]);
    expect(exitCode).toBe(0);
  });

  it.each([
    ["a failing test", `${passing} it("breaks", () => expect(1).toBe(2));`, "1 passed, 1 failed"],
    ["an unhandled rejection", `${passing} void Promise.reject(new Error("lost"));`, "1 passed, 1 failed"],
    ["a file that does not load", `throw new Error("broken import");`, "0 passed, 1 failed"],
    [
      "a failing hook",
      `describe("x", () => { beforeAll(() => { throw new Error("no"); }); ${passing} });`,
      "failed",
    ],
    ["a worker that dies", `${passing} process.kill(process.pid, "SIGKILL");`, "failed"],
  ])("ends with exit code 1 after %s", async (_case, source, counts) => {
    const { exitCode, lines } = await runOver({ "a.test.ts": source });

    expect(lines.at(-1)).toContain(counts);
    expect(lines.at(-1)).not.toContain(" 0 failed");
    expect(exitCode).toBe(1);
  });

  it("says what went wrong outside any test", async () => {
    const { lines } = await runOver({ "a.test.ts": `${passing} void Promise.reject(new Error("lost"));` });

    expect(lines).toContain("failed: error outside any test: lost");
  });

  it("ends with exit code 1 when no test ran", async () => {
    const { exitCode, lines } = await runOver({});

    expect(lines.at(-1)).toBe("0 passed, 1 failed");
    expect(exitCode).toBe(1);
  });
});

async function runOver(files: Record<string, string>): Promise<{ exitCode: number; lines: string[] }> {
  const root = await mkdtemp(join(tmpdir(), "corral-summary-"));
  try {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(root, name), text)));
    const main = join(import.meta.dirname, "main.ts");
    const { exitCode, output } = await runCommand(
      process.execPath,
      [main, "--tests-only", "--root", root, "--globals"],
      { output: "capture", deadlineMs: 60_000, env: { NO_COLOR: "1" } },
    );
    return { exitCode, lines: output.trimEnd().split("\n") };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
