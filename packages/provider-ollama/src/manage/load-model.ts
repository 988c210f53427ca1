import {
  DomainError,
  isDomainError,
  ollamaOptionShape,
  type CallOptions,
  type JsonObject,
  type OllamaKeepAlive,
} from "@corral/core";
import { asObject, truncatedAnswer, type UpstreamEndpoint } from "@corral/provider-kit";
import { formatOllamaName, parseOllamaName } from "../ollama-name.ts";
import { notOllama } from "./server-version.ts";

export type LoadRequest = {
  readonly model: string;
  readonly keepAlive?: OllamaKeepAlive;
  readonly contextLength?: number;
};

/** A request without a prompt loads a model; with `keep_alive: 0` it unloads it. */
export async function loadModel(
  endpoint: UpstreamEndpoint,
  { model, keepAlive, contextLength }: LoadRequest,
  { signal }: CallOptions,
): Promise<void> {
  const body: JsonObject = {
    model: formatOllamaName(parseOllamaName(model)),
    ...(keepAlive !== undefined && { keep_alive: assertKeepAlive(keepAlive) }),
    ...(contextLength !== undefined && { options: { num_ctx: assertContextLength(contextLength) } }),
  };
  const ask = async (path: string, more: JsonObject): Promise<JsonObject> => {
    const answer = asObject(await endpoint.json({ path, body: { ...body, ...more }, pace: "call", signal }));
    if (answer === undefined) throw notOllama();
    return answer;
  };
  try {
    const answer = await ask("/api/generate", { stream: false });
    if (answer["done"] === false) throw truncatedAnswer();
  } catch (error) {
    if (!isEmbeddingOnly(error)) throw error;
    await ask("/api/embed", { input: [] });
  }
}

/** `"m" does not support generate` is said of models that only embed. */
function isEmbeddingOnly(error: unknown): boolean {
  return isDomainError(error) && /does not support generate/u.test(error.details?.upstreamMessage ?? "");
}

/** Ollama answers 400 to a duration without unit, whose meaning people guess wrongly. */
function assertKeepAlive(value: OllamaKeepAlive): OllamaKeepAlive {
  if (ollamaOptionShape.keep_alive.safeParse(value).success) return value;
  throw new DomainError(
    "invalid_input",
    'keep_alive is a number of seconds, or a duration with its unit such as "5m"; -1 as a number is for ever.',
    { details: { param: "keep_alive" } },
  );
}

function assertContextLength(value: number): number {
  if (ollamaOptionShape.num_ctx.safeParse(value).success) return value;
  throw new DomainError("invalid_input", "The context length is a whole number of at least 4 tokens.", {
    details: { param: "num_ctx" },
  });
}
