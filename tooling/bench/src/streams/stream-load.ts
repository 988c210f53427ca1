/** The load of bars 3 and 4. */
export const streams = 128;
export const frameEveryMs = 20;
/** Ten seconds: in most of them short streams begin, a thousand a round, as a p99 of fewer says little. */
export const streamFrames = 500;

/** A request whose prompt has this is answered with one frame and the end. */
export const probeMark = "__probe__";

/** What a frame says: its number in the stream, and when it was sent by the clock that all processes share. */
export function frameText(number: number, sentNs: bigint): string {
  return `<${number}:${sentNs}>`;
}

/** What {@link frameText} wrote, wherever it stands in a piece of a stream. */
export const framePattern = /<(\d+):(\d+)>/gu;
