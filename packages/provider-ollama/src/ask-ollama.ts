import type { CallOptions, ParamNote } from "@corral/core";
import {
  convertStream,
  createNdjsonParser,
  startStream,
  type PartBatches,
  type UpstreamEndpoint,
} from "@corral/provider-kit";
import type { OllamaMemory } from "./ollama-memory.ts";
import { OllamaStreamConverter, type OllamaLineShape } from "./ollama-stream-converter.ts";
import { sendWithoutRefused, type OllamaQuestion } from "./send-without-refused.ts";

/** Where requests go, and what was learned there. */
export type OllamaConnection = { readonly endpoint: UpstreamEndpoint; readonly memory: OllamaMemory };

export type OllamaStream = {
  readonly notes: readonly ParamNote[];
  readonly batches: PartBatches;
};

/** Asks a model by `/api/chat` or `/api/generate`. The answer has begun, and is read on as the batches are. */
export function askOllama(
  { endpoint, memory }: OllamaConnection,
  question: OllamaQuestion & { readonly shape: OllamaLineShape },
  options: CallOptions,
): Promise<OllamaStream> {
  const { shape } = question;
  return sendWithoutRefused(memory, question, async ({ body, notes }) => {
    const request = {
      path: `/api/${shape}`,
      body,
      pace: "call",
      accept: "application/x-ndjson",
      ...options,
      // An AbortController, whose signal is no property of its own, serves as options too.
      signal: options.signal,
    } as const;
    const batches = await endpoint.begin(request, (answer) => {
      const converter = new OllamaStreamConverter(shape, endpoint.secrets);
      return startStream(convertStream(answer, createNdjsonParser(), converter));
    });
    return { notes, batches };
  });
}
