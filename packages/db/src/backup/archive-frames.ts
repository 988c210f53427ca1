import { z } from "zod";
import { BackupError } from "./backup-error.ts";

/*
 * A backup is one line that names the format, a gzip stream of frames, and the SHA-256 of all that. A frame is a letter,
 * the length of its body in four bytes, and the body.
 */

/** First line of the file. */
export const magic = Buffer.from("corral-backup 1\n", "utf8");
/** Last bytes of the file. */
export const digestBytes = 32;
const headBytes = 5;
/** PostgreSQL hands out much less at a time, and no row of ours is so long. */
const maxFrameBytes = 256 * 1024 * 1024;

/** What it is a backup of. */
export const headerSchema = z.strictObject({
  /** ISO 8601. */
  createdAt: z.string(),
  /** Of the Corral that made it. */
  version: z.string(),
  /** Names of the migrations that made the schema. */
  migrations: z.array(z.string()),
  /** A word that the secret key sealed; `null` where no key was used yet. */
  keyCheck: z.string().nullable(),
});
export type BackupHeader = z.output<typeof headerSchema>;

export const tableSchema = z.strictObject({ name: z.string(), columns: z.array(z.string()) });
export const tableEndSchema = z.strictObject({ rows: z.int(), bytes: z.int(), sha256: z.string() });
/** Hashes by table. */
export const endSchema = z.strictObject({ tables: z.record(z.string(), z.string()) });

export type Frame = { readonly kind: "H" | "T" | "D" | "E" | "Z"; readonly body: Buffer };

export function toFrame(kind: Frame["kind"], body: Buffer | object): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body), "utf8");
  const head = Buffer.alloc(headBytes);
  head.write(kind, "latin1");
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** @throws BackupError `damaged_backup`. */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Frame, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const length = rest.length < headBytes ? undefined : rest.readUInt32BE(1);
      if (length !== undefined && length > maxFrameBytes) throw damaged();
      if (length === undefined || rest.length < headBytes + length) break;
      yield { kind: toKind(rest), body: rest.subarray(headBytes, headBytes + length) };
      rest = rest.subarray(headBytes + length);
    }
  }
  if (rest.length > 0) throw damaged();
}

/** @throws BackupError `damaged_backup`. */
export function parseFrame<T>(schema: z.ZodType<T>, { body }: Frame): T {
  try {
    return schema.parse(JSON.parse(body.toString("utf8")));
  } catch (cause) {
    throw damaged(cause);
  }
}

function toKind(frame: Buffer): Frame["kind"] {
  const kind = frame.toString("latin1", 0, 1);
  if (kind === "H" || kind === "T" || kind === "D" || kind === "E" || kind === "Z") return kind;
  throw damaged();
}

export function damaged(cause?: unknown): BackupError {
  return new BackupError(
    "damaged_backup",
    "The backup is damaged: it is not what was written. Nothing was restored from it; use another one.",
    { cause },
  );
}
