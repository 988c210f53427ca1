import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a running server writes into `postmaster.pid`; what a dead one has left there. */
export interface PostmasterFile {
  readonly path: string;
  readonly pid: number;
  /** Undefined until the server listens. */
  readonly port: number | undefined;
  readonly isReady: boolean;
  readonly lines: readonly string[];
}

/** @see https://www.postgresql.org/docs/18/storage-file-layout.html */
export async function findPostmasterFile(dataDirectory: string): Promise<PostmasterFile | undefined> {
  const path = join(dataDirectory, "postmaster.pid");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split("\n");
  const port = Number(lines[3]);
  return {
    path,
    pid: Number(lines[0]),
    port: Number.isInteger(port) && port > 0 ? port : undefined,
    isReady: lines[7]?.trim() === "ready",
    lines,
  };
}
