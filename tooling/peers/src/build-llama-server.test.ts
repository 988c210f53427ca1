import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { assertDigest, buildLlamaServer, findLlamaServer } from "./build-llama-server.ts";
import { findMissingPrograms } from "./find-missing-programs.ts";
import { holdLock } from "./hold-lock.ts";
import { toCacheFolderName } from "./llama-server-recipe.ts";
import { runProgram } from "./run-program.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "corral-build-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the build", () => {
  it("takes what another run built while it waited", async () => {
    const cache = join(folder, toCacheFolderName(process.platform, process.arch));
    await mkdir(cache);
    const other = await holdLock(join(cache, "lock"));
    const printed: string[] = [];

    const waiting = buildLlamaServer({ cacheFolder: folder, print: (line) => void printed.push(line) });
    expect(findLlamaServer(folder)).toBeUndefined();
    await writeFile(join(cache, "llama-server"), "");
    other[Symbol.dispose]();

    expect(await waiting).toBe(join(cache, "llama-server"));
    expect(printed).toEqual(["another run is building llama-server: waiting for it"]);
  });

  it("deletes an archive that is not the one named, so that nothing of it runs", async () => {
    const archive = join(folder, "archive.tgz");
    await writeFile(archive, "something else");

    await expect(assertDigest(archive, "expected")).rejects.toThrow(/instead of expected/);

    expect(existsSync(archive)).toBe(false);
  });

  it("names the programs that are not on the path", async () => {
    await writeFile(join(folder, "here"), "");
    await writeFile(join(folder, "not-executable"), "");
    await chmod(join(folder, "here"), 0o755);

    const missing = await findMissingPrograms(["here", "not-executable", "absent"], `/nowhere:${folder}`);

    expect(missing).toEqual(["not-executable", "absent"]);
  });
});

describe("a lock", () => {
  it("is held by one at a time", async () => {
    const file = join(folder, "lock");
    const first = await holdLock(file);
    const order: string[] = [];

    const second = holdLock(file, {
      pollMs: 5,
      onWait: () => {
        order.push("second waits");
        first[Symbol.dispose]();
      },
    });
    (await second)[Symbol.dispose]();

    expect(order).toEqual(["second waits"]);
  });

  it("ends with its process, however that dies", async () => {
    const file = join(folder, "lock");
    const holder = `
      import { holdLock } from ${JSON.stringify(join(import.meta.dirname, "hold-lock.ts"))};
      await holdLock(${JSON.stringify(file)});
      process.kill(process.pid, "SIGKILL");`;

    await expect(
      runProgram(process.execPath, ["--input-type=module", "--eval", holder], {
        cwd: folder,
        deadlineMs: 10_000,
      }),
    ).rejects.toThrow("SIGKILL");

    using _lock = await holdLock(file, { onWait: () => expect.unreachable("the lock outlived its process") });
  });
});

describe("a program", () => {
  it("that fails is quoted with its last lines", async () => {
    const script = "console.log('one'); console.error('two'); process.exit(3)";

    await expect(
      runProgram(process.execPath, ["--eval", script], { cwd: folder, deadlineMs: 10_000 }),
    ).rejects.toThrow(/exit code 3[\s\S]*two/);
  });

  it("that does not end is killed", async () => {
    await expect(
      runProgram(process.execPath, ["--eval", "setInterval(() => {}, 1e6)"], {
        cwd: folder,
        deadlineMs: 300,
      }),
    ).rejects.toThrow("SIGKILL (limit 0.3 s)");
  });
});
