import { findRefusedFeature } from "./find-refused-feature.ts";
import type { OllamaMemory } from "./ollama-memory.ts";
import type { OllamaServer } from "./ollama-server.ts";
import type { OllamaBody } from "./to-ollama-chat.ts";

/** A request, as a given server should get it. */
export type OllamaQuestion = {
  readonly model: string;
  readonly toBody: (server: OllamaServer) => OllamaBody;
};

/**
 * Sends a request. A field that the server refuses by name is left out once, with a note; when that helps, also from
 * then on for that model. A second refusal is the answer.
 */
export async function sendWithoutRefused<Answer>(
  memory: OllamaMemory,
  { model, toBody }: OllamaQuestion,
  send: (body: OllamaBody) => Promise<Answer>,
): Promise<Answer> {
  const server = memory.serverFor(model);
  const first = toBody(server);
  try {
    return await send(first);
  } catch (error) {
    const refused = findRefusedFeature(error, first.body);
    if (refused === undefined) throw error;
    const answer = await send(toBody({ ...server, lacks: new Set([...server.lacks, refused]) }));
    memory.learnRefusal(model, refused);
    return answer;
  }
}
