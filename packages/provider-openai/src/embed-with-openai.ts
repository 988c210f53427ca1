import {
  DomainError,
  type CallOptions,
  type EmbedAnswer,
  type EmbedRequest,
  type JsonValue,
} from "@corral/core";
import {
  asArray,
  asCount,
  asObject,
  invalidResponse,
  toEmbedding,
  toUpstreamError,
  type UpstreamEndpoint,
} from "@corral/provider-kit";

/** Inputs that OpenAI accepts in one request. */
const batchSize = 2_048;

/** Embeds by `/embeddings`, in batches one after the other. @throws DomainError `invalid_input` for no or empty inputs */
export async function embedWithOpenAI(
  endpoint: UpstreamEndpoint,
  { model, input, dimensions }: EmbedRequest,
  { signal, effort, path }: CallOptions & { readonly path: string },
): Promise<EmbedAnswer> {
  if (input.length === 0 || input.includes("")) {
    throw new DomainError("invalid_input", "Embeddings need at least one input, and none may be empty.", {
      details: { param: "input" },
    });
  }
  const embeddings: (readonly number[])[] = [];
  let promptTokens: number | undefined;
  for (let from = 0; from < input.length; from += batchSize) {
    const batch = input.slice(from, from + batchSize);
    const body = { model, input: batch, ...(dimensions !== undefined && { dimensions }) };
    const answer = asObject(await endpoint.json({ path, body, pace: "call", signal, effort }));
    if (answer?.["error"] !== undefined && answer["error"] !== null) {
      throw toUpstreamError({ body: { json: answer }, secrets: endpoint.secrets });
    }
    for (const vector of inOrder(asArray(answer?.["data"]).map(asObject), batch.length))
      embeddings.push(cutTo(dimensions, vector));
    const counted = asCount(asObject(answer?.["usage"])?.["prompt_tokens"]);
    if (counted !== undefined) promptTokens = (promptTokens ?? 0) + counted;
  }
  return { embeddings, promptTokens };
}

type Entry = ReturnType<typeof asObject>;

/** Servers may answer in another order, and some leave the index out. */
function inOrder(entries: readonly Entry[], count: number): (readonly number[])[] {
  const byIndex = new Map(entries.map((entry, at) => [asCount(entry?.["index"]) ?? at, entry]));
  return Array.from({ length: count }, (_, at) => {
    const entry = byIndex.get(at);
    if (entry === undefined)
      throw invalidResponse(`The provider gave ${byIndex.size} embeddings for ${count} inputs.`);
    return readEmbedding(entry["embedding"]);
  });
}

/** A list of numbers, or single-precision floats, little-endian, in base64. */
function readEmbedding(value: JsonValue | undefined): readonly number[] {
  if (typeof value !== "string") return toEmbedding(value);
  const bytes = decodeBase64(value);
  if (bytes.length % 4 !== 0) throw invalidResponse("The provider gave an embedding that is cut off.");
  const view = new DataView(bytes.buffer);
  return toEmbedding(Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true)));
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch (cause) {
    throw invalidResponse("The provider gave an embedding that is not base64.", cause);
  }
}

/** Some servers ignore `dimensions`; a vector that was made to be cut is cut here, and normalized again. */
function cutTo(dimensions: number | undefined, vector: readonly number[]): readonly number[] {
  if (dimensions === undefined || vector.length <= dimensions) return vector;
  const cut = vector.slice(0, dimensions);
  const length = Math.hypot(...cut);
  return length === 0 ? cut : cut.map((value) => value / length);
}
