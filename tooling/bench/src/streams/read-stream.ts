import type { Pool } from "undici";
import { WrongAnswer } from "../run-calls.ts";
import { framePattern } from "./stream-load.ts";

export type StreamCall = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What stands between two frames on the wire. */
  readonly separator: string;
  /** What the last bytes of a complete stream are. */
  readonly end: RegExp;
};

export type ReadOptions = {
  readonly frames: number;
  /** @param delayMs From the source's write to our read. */
  readonly onFrame: (delayMs: number) => void;
};

/**
 * Reads one stream to its end, and each frame as it comes.
 *
 * @returns Milliseconds from sending the request to reading the first frame.
 * @throws WrongAnswer unless every frame came once, in order, on its own, followed by the end
 */
export async function readStream(
  pool: Pool,
  { path, headers, body, separator, end }: StreamCall,
  { frames, onFrame }: ReadOptions,
): Promise<number> {
  const started = performance.now();
  let firstFrameMs = Number.NaN;
  let count = 0;
  let rest = "";
  let tail = "";
  const answer = await pool.request({ method: "POST", path, headers, body });
  if (answer.statusCode !== 200)
    throw new WrongAnswer(`${path}: ${answer.statusCode} ${await answer.body.text()}`);
  for await (const bytes of answer.body) {
    const now = process.hrtime.bigint();
    const text = String(bytes);
    tail = (tail + text).slice(-tailLength);
    const pieces = (rest + text).split(separator);
    rest = pieces.pop() ?? "";
    for (const piece of pieces) {
      const sentNs = readFrame(piece, count);
      if (sentNs === undefined) continue;
      if (count === 0) firstFrameMs = performance.now() - started;
      count += 1;
      onFrame(Number(now - sentNs) / 1e6);
    }
  }
  if (count === frames && end.test(tail)) return firstFrameMs;
  throw new WrongAnswer(`${path}: ${count} frames of ${frames}, and at the end ${tail}`);
}

const tailLength = 600;

/** @returns When the frame of this piece was sent; `undefined` for a piece that carries no text. */
function readFrame(piece: string, expected: number): bigint | undefined {
  const [match, second] = piece.matchAll(framePattern);
  if (second !== undefined) throw new WrongAnswer(`Frames were merged: ${piece}`);
  if (match === undefined) return undefined;
  const [, number, sentNs = "0"] = match;
  if (Number(number) === expected) return BigInt(sentNs);
  throw new WrongAnswer(`Frame ${expected} was expected, not ${piece}`);
}
