import type { Answer } from "../server/answer.ts";
import { isJsonObject, type JsonObject, toJsonObject, toText } from "../server/json-object.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { quoted } from "./go-text.ts";
import { toCanonicalName } from "./model-name.ts";
import type { InstalledModel, SimulatedOllamaModel } from "./ollama-models.ts";
import { type OllamaState, readObject, resolveModel } from "./ollama-state.ts";
import { ollamaEmpty, ollamaError, ollamaJson, omitZero } from "./ollama-wire.ts";
import { digestOf } from "./registry.ts";
import { answerProgress, pullProgress, TransferError } from "./transfer-routes.ts";

const quantizations = ["q4_K_M", "q4_K_S", "q8_0", "f16", "f32", "bf16"];

export async function create(state: OllamaState, request: SimulatedRequest): Promise<Answer> {
  const body = readObject(request);
  const name = toCanonicalName(toText(body["model"]) || toText(body["name"]));
  if (name === undefined) throw ollamaError(400, "invalid model name");
  checkSource(state, body);
  return await answerProgress(createProgress(state, name, { body, signal: request.signal }), body);
}

export function copy(state: OllamaState, request: SimulatedRequest): Answer {
  const body = readObject(request);
  const destination = toCanonicalName(toText(body["destination"]));
  const source = toText(body["source"]);
  if (toCanonicalName(source) === undefined) throw ollamaError(400, `source ${quoted(source)} is invalid`);
  if (destination === undefined) {
    throw ollamaError(400, `destination ${quoted(toText(body["destination"]))} is invalid`);
  }
  const model = state.models.find(source);
  if (!model) throw ollamaError(404, `model ${quoted(source)} not found`);
  state.models.add({ ...model, name: destination, modifiedAt: new Date().toISOString() });
  return ollamaEmpty();
}

export function remove(state: OllamaState, request: SimulatedRequest): Answer {
  const { model } = resolveModel(state, readObject(request));
  state.models.remove(model.name);
  state.loaded.unload(model.name);
  return ollamaEmpty();
}

export function headBlob(state: OllamaState, request: SimulatedRequest): Answer {
  return ollamaEmpty(state.registry.hasBlob(readDigest(request)) ? 200 : 404);
}

export function postBlob(state: OllamaState, request: SimulatedRequest): Answer {
  const digest = readDigest(request);
  if (state.registry.hasBlob(digest)) return ollamaEmpty();
  const actual = digestOf(request.bytes);
  if (actual !== digest) {
    throw ollamaError(400, `digest mismatch, expected ${quoted(digest)}, got ${quoted(actual)}`);
  }
  state.registry.addBlob(digest, request.bytes);
  return ollamaEmpty(201);
}

function readDigest(request: SimulatedRequest): string {
  const digest = decodeURIComponent(request.path.slice("/api/blobs/".length));
  if (!/^sha256[:-][0-9a-f]{64}$/.test(digest)) throw ollamaError(400, "invalid digest format");
  return digest.replace("-", ":");
}

function checkSource({ registry }: OllamaState, body: JsonObject): void {
  const files = toJsonObject(body["files"]);
  if (toText(body["from"]) === "" && Object.keys(files).length === 0) {
    throw ollamaError(400, "neither 'from' or 'files' was specified");
  }
  for (const [file, digest] of Object.entries(files)) {
    if (file.startsWith("/") || file.split("/").includes("..")) {
      throw ollamaError(400, "file path must be relative");
    }
    if (!registry.hasBlob(toText(digest))) {
      throw ollamaError(
        400,
        `blob ${quoted(toText(digest))} specified for file ${quoted(file)} does not exist`,
      );
    }
  }
  const quantize = toText(body["quantize"]);
  if (quantize !== "" && !quantizations.some((known) => known.toLowerCase() === quantize.toLowerCase())) {
    const supported = quantizations.map((known) => known.toUpperCase()).join(", ");
    throw ollamaError(400, `unsupported quantization type ${quantize} - supported types are ${supported}`);
  }
}

async function* createProgress(
  state: OllamaState,
  name: string,
  { body, signal }: { body: JsonObject; signal: AbortSignal },
): AsyncGenerator<JsonObject> {
  const from = toText(body["from"]);
  let base = from === "" ? undefined : state.models.find(from);
  if (from !== "" && !base) {
    for await (const event of pullProgress(state, toCanonicalName(from) ?? from, signal)) {
      if (event["status"] !== "success") yield event;
    }
    base = state.models.find(from);
  }
  if (base) yield { status: `using existing layer sha256:${base.digest}` };
  else {
    yield { status: "parsing GGUF" };
    const digests = Object.values(toJsonObject(body["files"])).map(toText);
    if (!digests.every((digest) => state.registry.isModelFile(digest))) {
      throw new TransferError("invalid file magic");
    }
  }
  yield* quantizeProgress(toText(body["quantize"]), toText(Object.values(toJsonObject(body["files"]))[0]));
  for (const part of ["template", "system", "license", "parameters", "messages"]) {
    if (body[part] === undefined) continue;
    yield { status: `creating new layer ${digestOf(JSON.stringify(body[part]))}` };
  }
  yield { status: "writing manifest" };
  state.models.add(toDerivedModel(name, base, body));
  yield { status: "success" };
}

function* quantizeProgress(quantize: string, digest: string): Generator<JsonObject> {
  if (quantize === "") return;
  const status = `quantizing F16 model to ${quantize.toUpperCase()}`;
  for (const completed of [0, 500, 1000]) yield { status, digest, total: 1000, ...omitZero({ completed }) };
}

function toDerivedModel(
  name: string,
  base: InstalledModel | undefined,
  body: JsonObject,
): SimulatedOllamaModel {
  const { system, template, license, parameters, messages } = body;
  return {
    ...base,
    name,
    digest: digestOf(JSON.stringify([name, body])).slice("sha256:".length),
    modifiedAt: new Date().toISOString(),
    parentModel: base?.name ?? "",
    parameters: { ...base?.parameters, ...toJsonObject(parameters) },
    ...(typeof system === "string" && { system }),
    ...(typeof template === "string" && { template }),
    ...(license !== undefined && { license: [license].flat().map(toText).join("\n") }),
    ...(Array.isArray(messages) && { messages: messages.filter(isJsonObject) }),
    ...(typeof body["quantize"] === "string" && { quantization: body["quantize"].toUpperCase() }),
  };
}

/** The server's account: nobody is signed in. */
export function me(): Answer {
  return ollamaJson(
    { error: "unauthorized", signin_url: "https://ollama.com/connect?name=simulated&key=c2ltdWxhdGVk" },
    401,
  );
}
