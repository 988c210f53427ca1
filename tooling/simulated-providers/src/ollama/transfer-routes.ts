import type { Answer, Frame } from "../server/answer.ts";
import type { JsonObject } from "../server/json-object.ts";
import { toText } from "../server/json-object.ts";
import { pause } from "../server/pause.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { toCanonicalName } from "./model-name.ts";
import { toInstalledModel } from "./ollama-models.ts";
import { type OllamaState, readObject } from "./ollama-state.ts";
import { lastLine, line, ollamaError, ollamaJson, ollamaStream } from "./ollama-wire.ts";
import type { Layer } from "./registry.ts";

/** Progress lines for each layer. */
const linesPerLayer = 5;

/** Between two lines of a pull that does not move; the real server takes 60. */
const stalledLineMs = 5;

/** Ends a transfer with an `error` line, or HTTP 500 where nothing is streamed. */
export class TransferError extends Error {}

export async function pull(state: OllamaState, request: SimulatedRequest): Promise<Answer> {
  const { name, body } = readName(request);
  return await answerProgress(pullProgress(state, name, request.signal), body);
}

export async function push(state: OllamaState, request: SimulatedRequest): Promise<Answer> {
  const { name, body } = readName(request);
  return await answerProgress(pushProgress(state, name, request.signal), body);
}

/** Streams status lines, or sums them up; a failure after the first line cannot change the status any more. */
export async function answerProgress(progress: AsyncIterable<JsonObject>, body: JsonObject): Promise<Answer> {
  if (body["stream"] !== false) return ollamaStream(toFrames(progress));
  try {
    let last: JsonObject = {};
    for await (const event of progress) last = event;
    return ollamaJson(last);
  } catch (error) {
    if (error instanceof TransferError) throw ollamaError(500, error.message);
    throw error;
  }
}

/** The progress of a pull; what it completed stays on disk when the client goes. */
export async function* pullProgress(
  state: OllamaState,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<JsonObject> {
  const { registry, models } = state;
  yield { status: "pulling manifest" };
  const model = registry.find(name);
  if (!model) throw new TransferError("pull model manifest: file does not exist");
  const layers = registry.layersOf(model);
  if (model.aggregate) yield* aggregateProgress(state, layers, { signal, error: model.pullError });
  let stalls = registry.takeStall(model);
  for (const layer of model.aggregate ? [] : layers) {
    yield* layerProgress(state, layer, { signal, stalls });
    stalls = false;
    if (model.pullError !== undefined) throw new TransferError(model.pullError);
  }
  for (const status of ["verifying sha256 digest", "writing manifest"]) yield { status };
  const { digest } = toInstalledModel({ ...model, name });
  if ((models.find(name)?.digest ?? digest) !== digest) yield { status: "removing unused layers" };
  models.add({ modifiedAt: new Date().toISOString(), ...model, name });
  yield { status: "success" };
}

async function* layerProgress(
  { registry, pace }: OllamaState,
  layer: Layer,
  { signal, stalls }: { signal: AbortSignal; stalls: boolean },
): AsyncGenerator<JsonObject> {
  const { digest, total } = layer;
  const status = `pulling ${shortDigest(digest)}`;
  let completed = registry.completedOf(layer);
  if (completed === 0) yield { status, digest, total };
  if (completed === total) yield { status, digest, total, completed };
  while (completed < total) {
    await pause(pace.pullMs, signal);
    completed = registry.advance(layer, Math.ceil(total / linesPerLayer));
    yield { status, digest, total, completed };
    while (stalls) {
      await pause(stalledLineMs, signal);
      yield { status, digest, total, completed };
    }
  }
}

/** One digest for all layers, made up by the server. */
async function* aggregateProgress(
  { registry, pace }: OllamaState,
  layers: Layer[],
  { signal, error }: { signal: AbortSignal; error: string | undefined },
): AsyncGenerator<JsonObject> {
  const sum = (numbers: number[]): number => numbers.reduce((left, right) => left + right, 0);
  const total = sum(layers.map((layer) => layer.total));
  for (const layer of layers) {
    while (registry.completedOf(layer) < layer.total) {
      await pause(pace.pullMs, signal);
      registry.advance(layer, Math.ceil(layer.total / linesPerLayer));
      const completed = sum(layers.map((one) => registry.completedOf(one)));
      yield { status: "pulling model", digest: "sha256:model", total, completed };
    }
    if (error !== undefined) throw new TransferError(error);
  }
}

async function* pushProgress(
  { models, registry, pace }: OllamaState,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<JsonObject> {
  yield { status: "retrieving manifest" };
  const model = models.find(name);
  if (!model) {
    yield { status: "couldn't retrieve manifest" };
    throw new TransferError("file does not exist");
  }
  for (const { digest, total } of registry.layersOf(model)) {
    const status = `pushing ${shortDigest(digest)}`;
    yield { status, digest, total };
    for (let step = 1; step <= linesPerLayer; step += 1) {
      await pause(pace.pullMs, signal);
      yield { status, digest, total, completed: Math.min(total, Math.ceil(total / linesPerLayer) * step) };
    }
  }
  yield { status: "pushing manifest" };
  yield { status: "success" };
}

async function* toFrames(progress: AsyncIterable<JsonObject>): AsyncGenerator<Frame> {
  try {
    for await (const event of progress) {
      yield event["status"] === "success" ? lastLine(event) : line(event);
    }
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    yield line({ error: error.message });
  }
}

function readName(request: SimulatedRequest): { name: string; body: JsonObject } {
  const body = readObject(request);
  const name = toCanonicalName(toText(body["model"]) || toText(body["name"]));
  if (name === undefined) throw ollamaError(400, "invalid model name");
  return { name, body };
}

function shortDigest(digest: string): string {
  return digest.slice("sha256:".length, "sha256:".length + 12);
}
