import type { Answer, Frame } from "../server/answer.ts";

/** The same answer with its frames changed; an answer that is no stream stays as it is. */
export function editFrames(
  answer: Answer,
  edit: (frames: AsyncIterable<Frame>) => AsyncIterable<Frame>,
): Answer {
  return answer.kind === "stream" ? { ...answer, frames: edit(answer.frames) } : answer;
}
