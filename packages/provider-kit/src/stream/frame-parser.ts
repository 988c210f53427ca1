/** Turns the bytes of a stream into frames, read by read. */
export interface FrameParser<Frame> {
  /** The frames that `chunk` completes. */
  push(chunk: Uint8Array): Frame[];
  /** The frames that only the end of the stream completes. */
  end(): Frame[];
}
