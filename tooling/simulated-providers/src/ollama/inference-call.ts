import { type Generation, generate } from "../reply/generation.ts";
import type { ReplyRequest, ReplyTurn } from "../reply/reply.ts";
import { isJsonObject, type JsonObject, toJsonObject, toList, toText } from "../server/json-object.ts";
import { pause } from "../server/pause.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { quoted } from "./go-text.ts";
import { toFullName } from "./model-name.ts";
import { findOptionError } from "./ollama-options.ts";
import type { InstalledModel, OllamaCapability } from "./ollama-models.ts";
import { checkMember, type OllamaState, readKeepAlive, readObject, resolveModel } from "./ollama-state.ts";
import { hasFeature } from "./ollama-version.ts";
import { ollamaError } from "./ollama-wire.ts";

/** A checked call of a model. */
export type InferenceCall = {
  /** As the caller wrote it; answers repeat it. */
  name: string;
  model: InstalledModel;
  body: JsonObject;
  keepAliveMs: number;
  startedAt: number;
  thinks: boolean;
};

/** Checks a chat or generate request in the real server's order, so that the first complaint is the same. */
export function readCall(
  state: OllamaState,
  request: SimulatedRequest,
  verb: "chat" | "generate",
): InferenceCall {
  const startedAt = performance.now();
  const body = readObject(request);
  checkMember(body, "messages", "[]");
  checkMember(body, "tools", "[]");
  checkMember(body, "stream", "bool");
  checkMember(body, "options", "map");
  checkMember(body, "prompt", "string");
  for (const message of toList(body["messages"])) checkMember(toJsonObject(message), "content", "string");
  const keepAliveMs = readKeepAlive(body, state.keepAliveMs);
  checkThink(body["think"], state.version);
  if (hasFeature(state.version, "logprobs")) checkTopLogprobs(body["top_logprobs"]);
  const { name, model } = resolveModel(state, body);
  // Before, no version knew of thoughts: neither asked for nor set apart.
  const canThink = hasFeature(state.version, "thinking") && model.capabilities.includes("thinking");
  const wantsThought = body["think"] !== undefined && body["think"] !== false && body["think"] !== null;
  if (wantsThought && !canThink && hasFeature(state.version, "thinking"))
    throw ollamaError(400, `${quoted(name)} does not support thinking`);
  if (!model.capabilities.includes("completion")) {
    throw ollamaError(400, `${quoted(name)} does not support ${verb}`);
  }
  const besideRaw = ["template", "system"].some((name) => toText(body[name]) !== "");
  if (body["raw"] === true && (besideRaw || toList(body["context"]).length > 0)) {
    throw ollamaError(400, "raw mode does not support template, system, or context");
  }
  if (toList(body["tools"]).length > 0) requireCapability(model, "tools");
  if (toText(body["suffix"]) !== "") requireCapability(model, "insert");
  if (hasImages(body)) requireCapability(model, "vision");
  const optionError = findOptionError(toJsonObject(body["options"]), state.version);
  if (optionError !== undefined) throw ollamaError(500, optionError);
  if (!hasFeature(state.version, "formatSchema")) checkMember(body, "format", "string");
  checkFormat(body["format"]);
  return { name, model, body, keepAliveMs, startedAt, thinks: canThink && body["think"] !== false };
}

/** Waits for a slot and for the model to be in memory; gives back how to let go of both. */
export async function occupy(
  state: OllamaState,
  call: Pick<InferenceCall, "model" | "body" | "keepAliveMs">,
  signal: AbortSignal,
): Promise<{ release: () => void; loadMs: number }> {
  const { model, body, keepAliveMs } = call;
  const free = await state.slots.acquire(signal);
  if (!free) throw ollamaError(503, "server busy, please try again.  maximum pending requests exceeded");
  const given = toJsonObject(body["options"])["num_ctx"];
  const contextLength = Math.min(typeof given === "number" ? given : 4096, model.contextLength);
  const release = (): void => {
    state.loaded.load(model, keepAliveMs, contextLength);
    free();
  };
  // Whatever becomes of the answer, the slot is free when the exchange is over.
  let isReleased = false;
  const releaseOnce = (): void => {
    if (!isReleased) release();
    isReleased = true;
  };
  signal.addEventListener("abort", releaseOnce, { once: true });
  const startedAt = performance.now();
  const isLoaded = state.loaded.list().some((loaded) => loaded.model.name === model.name);
  if (!isLoaded && state.pace.loadMs > 0) await pause(state.pace.loadMs, signal);
  state.loaded.load(model, Math.max(Math.abs(keepAliveMs), state.keepAliveMs), contextLength);
  return { release: releaseOnce, loadMs: performance.now() - startedAt };
}

/** Lets the model speak. */
export function think(
  state: OllamaState,
  request: SimulatedRequest,
  { call, turns }: { call: InferenceCall; turns: ReplyTurn[] },
): Promise<Generation> {
  const { body, model } = call;
  const options = toJsonObject(body["options"]);
  const system = turns.filter(({ role }) => role === "system").map(({ content }) => content);
  if (system.length === 0 && model.system) system.push(model.system);
  const replyRequest: ReplyRequest = {
    model: model.name,
    system,
    turns,
    options,
    body,
    thinks: call.thinks,
    prompt: turns.findLast(({ role }) => role === "user")?.content ?? "",
    tools: toList(body["tools"]).map((tool) => {
      const declared = toJsonObject(toJsonObject(tool)["function"]);
      return { name: toText(declared["name"]), parameters: toJsonObject(declared["parameters"]) };
    }),
    forcedTool: undefined,
    format: body["format"] || undefined,
  };
  const { num_predict: limit, stop } = { ...model.parameters, ...options };
  return generate(replyRequest, request.reply ?? state.reply, {
    maxTokens: typeof limit === "number" && limit > 0 ? Math.trunc(limit) : undefined,
    stop: [stop].flat().filter((mark) => typeof mark === "string"),
  });
}

function requireCapability(model: InstalledModel, capability: OllamaCapability): void {
  if (model.capabilities.includes(capability)) return;
  throw ollamaError(400, `${toFullName(model.name)} does not support ${capability}`);
}

function hasImages(body: JsonObject): boolean {
  const messages = toList(body["messages"]).filter(isJsonObject);
  return [body, ...messages].some((holder) => toList(holder["images"]).length > 0);
}

function checkThink(think: unknown, version: string): void {
  if (!hasFeature(version, "thinking")) return;
  if (think === undefined || think === null || typeof think === "boolean") return;
  if (!hasFeature(version, "thinkLevels")) return checkMember({ think }, "think", "bool");
  const levels = ["high", "medium", "low", ...(hasFeature(version, "thinkMax") ? ["max"] : [])];
  if (typeof think === "string" && levels.includes(think)) return;
  const shown = typeof think === "string" ? quoted(think) : JSON.stringify(think);
  const known = levels.map(quoted).join(", ");
  throw ollamaError(400, `invalid think value: ${shown} (must be ${known}, true, or false)`);
}

function checkTopLogprobs(value: unknown): void {
  if (value === undefined || (typeof value === "number" && value >= 0 && value <= 20)) return;
  throw ollamaError(400, "top_logprobs must be between 0 and 20");
}

function checkFormat(format: unknown): void {
  if (format === undefined || format === null || format === "" || format === "json" || isJsonObject(format)) {
    return;
  }
  const shown = quoted(JSON.stringify(format));
  throw ollamaError(500, `invalid format: ${shown}; expected "json" or a valid JSON Schema object`);
}
