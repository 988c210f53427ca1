import type { JsonObject, ParamNote, ProviderChatRequest } from "@corral/core";
import { wrongField } from "./check-ollama-option.ts";
import { can, whyNot, type OllamaServer } from "./ollama-server.ts";

/** The fields that ask for probabilities. @throws DomainError `invalid_input` for a count that Ollama refuses. */
export function toOllamaLogprobs(
  logprobs: ProviderChatRequest["logprobs"],
  server: OllamaServer,
): { readonly fields: JsonObject; readonly notes: readonly ParamNote[] } {
  if (logprobs === undefined) return { fields: {}, notes: [] };
  const { top } = logprobs;
  if (!Number.isInteger(top) || top < 0 || top > 20)
    throw wrongField(["top_logprobs"], "must be an integer, 0 to 20");
  if (can(server, "logprobs")) return { fields: { logprobs: true, top_logprobs: top }, notes: [] };
  return {
    fields: {},
    notes: [{ param: "logprobs", action: "dropped", reason: whyNot(server, "logprobs") }],
  };
}
