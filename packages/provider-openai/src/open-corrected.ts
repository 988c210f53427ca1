import type { JsonObject, ParamNote } from "@corral/core";
import { readRefusal } from "./read-refusal.ts";
import type { RefusalMemory } from "./refusal-memory.ts";
import type { OpenAIChat } from "./to-openai-chat.ts";

/**
 * Sends a body without what its model is known to refuse. A parameter that is refused now is remembered, and the body
 * is sent once more without it; a second refusal is the caller's, and remembered as well. Nothing of an answer has been
 * read by then.
 */
export async function openCorrected<Answer>(
  draft: OpenAIChat,
  call: {
    readonly model: string;
    readonly memory: RefusalMemory;
    readonly open: (body: JsonObject) => Promise<Answer>;
  },
): Promise<{ readonly answer: Answer; readonly notes: readonly ParamNote[] }> {
  const { model, memory, open } = call;
  const first = memory.correct(model, draft);
  const learnOr = (error: unknown, body: JsonObject): void => {
    const refusal = readRefusal(error, body);
    if (refusal === undefined) throw error;
    memory.learn(model, refusal);
  };
  try {
    return { answer: await open(first.body), notes: first.notes };
  } catch (error) {
    learnOr(error, first.body);
  }
  const second = memory.correct(model, first);
  try {
    return { answer: await open(second.body), notes: second.notes };
  } catch (error) {
    learnOr(error, second.body);
    throw error;
  }
}
