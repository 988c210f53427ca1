import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import { findLlamaServer } from "./build-llama-server.ts";
import { recordingsFile, recordLlamaServer } from "./llama-recordings.ts";
import { writeTinyGguf } from "./write-tiny-gguf.ts";

/** Writes the recordings anew: `node tooling/peers/src/record-llama-server.ts`, after `pnpm test:peers` has built the server. */
const program = findLlamaServer(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "corral"));
if (program === undefined) throw new Error("There is no server yet: run `pnpm test:peers` once.");
const folder = await mkdtemp(join(tmpdir(), "corral-record-"));
try {
  const model = join(folder, "tiny.gguf");
  await writeTinyGguf(model);
  const recordings = await recordLlamaServer({ program, model });
  await writeFile(recordingsFile, `${JSON.stringify(recordings, null, 1)}\n`);
} finally {
  await rm(folder, { recursive: true });
}
