import { DomainError, type JsonObject, type ParamNote, type ProviderChatRequest } from "@corral/core";
import { ollamaRequestFields } from "./ollama-param-table.ts";
import { unknownServer, type OllamaServer } from "./ollama-server.ts";
import { toOllamaLogprobs } from "./to-ollama-logprobs.ts";
import { toOllamaMessages } from "./to-ollama-messages.ts";
import { toOllamaParams } from "./to-ollama-params.ts";
import { toOllamaTools } from "./to-ollama-tools.ts";

/** A request as it is sent, and what was changed on the way. */
export type OllamaBody = { readonly body: JsonObject; readonly notes: readonly ParamNote[] };

/**
 * The body of `POST /api/chat` for a request. Pure.
 *
 * It always streams: a whole answer is collected from a stream, so that silence is noticed and an early end is an error.
 *
 * @throws DomainError `invalid_input`, `unsupported_feature`
 */
export function toOllamaChat(request: ProviderChatRequest, server: OllamaServer = unknownServer): OllamaBody {
  assertOneChoice(request.choiceCount);
  const { extensions, facts } = request;
  const params = toOllamaParams(request.params, { extensions, facts, server });
  const messages = toOllamaMessages(request.messages, { facts, server });
  const tools = toOllamaTools(request);
  const logprobs = toOllamaLogprobs(request.logprobs, server);
  return {
    body: {
      model: request.model,
      messages: messages.messages,
      stream: true,
      ...params.fields,
      ...(tools.tools.length > 0 && { tools: tools.tools }),
      ...logprobs.fields,
    },
    notes: [...params.notes, ...messages.notes, ...tools.notes, ...logprobs.notes],
  };
}

/** @throws DomainError `unsupported_feature` for more than one answer */
export function assertOneChoice(count: number | undefined): void {
  if ((count ?? 1) <= 1) return;
  throw new DomainError("unsupported_feature", `${ollamaRequestFields.n.to.refused}; leave \`n\` out.`, {
    details: { param: "n" },
  });
}
