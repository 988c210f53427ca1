import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import {
  damaged,
  digestBytes,
  endSchema,
  headerSchema,
  magic,
  parseFrame,
  readFrames,
  tableEndSchema,
  tableSchema,
  type BackupHeader,
} from "./archive-frames.ts";
import { BackupError } from "./backup-error.ts";
import type { BackupSummary } from "./write-backup.ts";

/** What a backup is read into, in its order. */
export type BackupReader = {
  onHeader?(header: BackupHeader): Promise<void>;
  onTable?(table: { readonly name: string; readonly columns: readonly string[] }): Promise<void>;
  onData?(data: Buffer): Promise<void>;
  onTableEnd?(table: { readonly name: string; readonly rows: number }): Promise<void>;
};

/**
 * Reads a backup and holds it to its hashes, that of each table and that of the whole. The reader is told before the
 * last one is known: what it did is to be taken back when this throws.
 *
 * @throws BackupError `not_a_backup`, `damaged_backup`.
 */
export async function readBackup(
  path: string,
  reader: BackupReader,
  signal?: AbortSignal,
): Promise<BackupSummary> {
  const expected = await readEnds(path);
  const hash = createHash("sha256").update(magic);
  const file = createReadStream(path, {
    start: magic.length,
    end: expected.contentEnd - 1,
    ...(signal && { signal }),
  });
  const gunzip = createGunzip();
  file.on("data", (chunk) => void hash.update(chunk));
  file.on("error", (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  try {
    const summary = await readTables(readFrames(gunzip), reader);
    if (!hash.digest().equals(expected.digest)) throw damaged();
    return summary;
  } catch (error) {
    if (isZlibError(error)) throw damaged(error);
    throw error;
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

/** The first line tells what it is, the last bytes what it must be. */
async function readEnds(path: string): Promise<{ readonly digest: Buffer; readonly contentEnd: number }> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const first = await file.read({ buffer: Buffer.alloc(magic.length), position: 0 });
  if (!first.buffer.equals(magic)) {
    const isDamaged = first.buffer.toString("latin1").startsWith("corral");
    if (isDamaged) throw damaged();
    throw new BackupError("not_a_backup", `${path} is not a backup that this version of Corral can read.`);
  }
  const contentEnd = size - digestBytes;
  if (contentEnd <= magic.length) throw damaged();
  const last = await file.read({ buffer: Buffer.alloc(digestBytes), position: contentEnd });
  return { digest: last.buffer, contentEnd };
}

async function readTables(
  frames: ReturnType<typeof readFrames>,
  reader: BackupReader,
): Promise<BackupSummary> {
  let header: BackupHeader | undefined;
  let table: { readonly name: string; readonly columns: readonly string[] } | undefined;
  let hash = createHash("sha256");
  let rows = 0;
  const tables: Record<string, string> = {};
  for await (const frame of frames) {
    if (frame.kind === "H") {
      header = parseFrame(headerSchema, frame);
      await reader.onHeader?.(header);
    } else if (frame.kind === "T") {
      table = parseFrame(tableSchema, frame);
      hash = createHash("sha256");
      await reader.onTable?.(table);
    } else if (frame.kind === "D") {
      hash.update(frame.body);
      await reader.onData?.(frame.body);
    } else if (frame.kind === "E") {
      const end = parseFrame(tableEndSchema, frame);
      if (table === undefined || hash.digest("hex") !== end.sha256) throw damaged();
      tables[table.name] = end.sha256;
      rows += end.rows;
      await reader.onTableEnd?.({ name: table.name, rows: end.rows });
    } else {
      const end = parseFrame(endSchema, frame);
      if (header === undefined || JSON.stringify(end.tables) !== JSON.stringify(tables)) throw damaged();
      return { header, rows, tables };
    }
  }
  throw damaged();
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
