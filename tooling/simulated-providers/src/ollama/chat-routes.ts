import { randomBytes } from "node:crypto";
import { journalNow } from "../journal/request-journal.ts";
import type { Generation } from "../reply/generation.ts";
import { paced } from "../reply/pace.ts";
import type { ReplyTurn } from "../reply/reply.ts";
import type { Answer, Frame } from "../server/answer.ts";
import { type JsonObject, toJsonObject, toList, toText } from "../server/json-object.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { releasing } from "../server/slots.ts";
import { goTime } from "./go-text.ts";
import { type InferenceCall, occupy, readCall, think } from "./inference-call.ts";
import type { OllamaState } from "./ollama-state.ts";
import { hasFeature } from "./ollama-version.ts";
import { lastLine, line, ollamaJson, ollamaStream, omitZero } from "./ollama-wire.ts";

/** What differs between chat and generate: where the pieces of an answer stand in a line. */
type Shape = {
  verb: "chat" | "generate";
  turnsOf(body: JsonObject): ReplyTurn[];
  piece(piece: { text?: string; thinking?: string; toolCalls?: JsonObject[] }): JsonObject;
};

const chatShape: Shape = {
  verb: "chat",
  turnsOf: (body) => toList(body["messages"]).map(toTurn),
  piece: ({ text = "", thinking, toolCalls }) => ({
    message: {
      role: "assistant",
      content: text,
      ...(thinking && { thinking }),
      ...(toolCalls && { tool_calls: toolCalls }),
    },
  }),
};

const generateShape: Shape = {
  verb: "generate",
  turnsOf: (body) => {
    const images = toList(body["images"]).length;
    const prompt = { role: "user", content: toText(body["prompt"]), images };
    const system = toText(body["system"]);
    if (prompt.content === "") return [];
    return system === "" ? [prompt] : [{ role: "system", content: system, images: 0 }, prompt];
  },
  piece: ({ text = "", thinking }) => ({ response: text, ...(thinking && { thinking }) }),
};

export function chat(state: OllamaState, request: SimulatedRequest): Promise<Answer> {
  return infer(state, request, chatShape);
}

export function generateText(state: OllamaState, request: SimulatedRequest): Promise<Answer> {
  return infer(state, request, generateShape);
}

async function infer(state: OllamaState, request: SimulatedRequest, shape: Shape): Promise<Answer> {
  const call = readCall(state, request, shape.verb);
  const turns = shape.turnsOf(call.body);
  if (turns.length === 0 && call.keepAliveMs === 0) {
    state.loaded.unload(call.model.name);
    return ollamaJson({ ...base(call), ...shape.piece({}), done: true, done_reason: "unload" });
  }
  const { release, loadMs } = await occupy(state, call, request.signal);
  if (turns.length === 0) {
    release();
    return ollamaJson({ ...base(call), ...shape.piece({}), done: true, done_reason: "load" });
  }
  const generation = await think(state, request, { call, turns });
  const run = { state, call, shape, generation, loadMs, signal: request.signal };
  const frames = releasing(toLines(run), release);
  return call.body["stream"] === false ? ollamaJson(await toOne(frames, shape)) : ollamaStream(frames);
}

type Run = {
  state: OllamaState;
  call: InferenceCall;
  shape: Shape;
  generation: Generation;
  loadMs: number;
  signal: AbortSignal;
};

async function* toLines({ state, call, shape, generation, loadMs, signal }: Run): AsyncGenerator<Frame> {
  const pieces = [
    ...generation.reasoning.map((thinking) => ({ thinking })),
    ...generation.text.map((text) => ({ text })),
    ...(generation.toolCalls.length > 0 ? [{ toolCalls: toWireCalls(generation, state.version) }] : []),
  ];
  const readyAt = performance.now();
  let firstAt: number | undefined;
  for await (const piece of paced(pieces, state.pace, signal)) {
    firstAt ??= performance.now();
    const token = "text" in piece ? piece.text : "";
    const wantsLogprobs = call.body["logprobs"] === true && hasFeature(state.version, "logprobs");
    const logprobs = wantsLogprobs && token !== "" ? { logprobs: [toLogprob(token, call)] } : {};
    yield line({ ...base(call), ...shape.piece(piece), done: false, ...logprobs });
  }
  const endAt = performance.now();
  yield lastLine({
    ...base(call),
    ...shape.piece({}),
    done: true,
    // The real server has no reason of its own for tool calls.
    done_reason: generation.finish === "tool_calls" ? "stop" : generation.finish,
    ...(shape.verb === "generate" && call.body["raw"] !== true && { context: [128_006, 882, 128_007] }),
    ...omitZero({
      total_duration: nanoseconds(endAt - call.startedAt),
      load_duration: nanoseconds(loadMs),
      prompt_eval_count: generation.promptTokens,
      prompt_eval_duration: nanoseconds((firstAt ?? endAt) - readyAt),
      eval_count: generation.completionTokens,
      eval_duration: nanoseconds(endAt - (firstAt ?? readyAt)),
    }),
  });
}

/** The lines of a stream as the one object that is sent where nothing is streamed. */
async function toOne(frames: AsyncIterable<Frame>, shape: Shape): Promise<JsonObject> {
  let text = "";
  let thinking = "";
  let toolCalls: JsonObject[] | undefined;
  let last: JsonObject = {};
  const logprobs: unknown[] = [];
  for await (const frame of frames) {
    if (!("value" in frame)) continue;
    last = frame.value;
    const holder = shape.verb === "chat" ? toJsonObject(last["message"]) : last;
    text += toText(holder[shape.verb === "chat" ? "content" : "response"]);
    thinking += toText(holder["thinking"]);
    if (Array.isArray(holder["tool_calls"])) toolCalls = holder["tool_calls"];
    logprobs.push(...toList(last["logprobs"]));
  }
  const whole = shape.piece({ text, thinking, ...(toolCalls && { toolCalls }) });
  return { ...last, ...whole, ...(logprobs.length > 0 && { logprobs }) };
}

function base({ name, model }: InferenceCall): JsonObject {
  return {
    model: name,
    ...(model.remoteModel !== undefined && { remote_model: model.remoteModel }),
    ...(model.remoteHost !== undefined && { remote_host: model.remoteHost }),
    created_at: goTime(journalNow()),
  };
}

function toWireCalls({ toolCalls }: Generation, version: string): JsonObject[] {
  return toolCalls.map(({ name, arguments: args }, index) => ({
    ...(hasFeature(version, "toolCallIds") && { id: `call_${randomBytes(4).toString("hex")}` }),
    function: { index, name, arguments: args },
  }));
}

function toLogprob(token: string, { body }: InferenceCall): JsonObject {
  const entry = { token, logprob: -0.25, bytes: [...Buffer.from(token)] };
  const count = typeof body["top_logprobs"] === "number" ? body["top_logprobs"] : 0;
  if (count === 0) return entry;
  const alternatives = Array.from({ length: count - 1 }, (_, index) => ({
    token: `${token}${index}`,
    logprob: -2 - index,
    bytes: [...Buffer.from(`${token}${index}`)],
  }));
  return { ...entry, top_logprobs: [entry, ...alternatives] };
}

function toTurn(message: unknown): ReplyTurn {
  const { role, content, images } = toJsonObject(message);
  return { role: toText(role).toLowerCase(), content: toText(content), images: toList(images).length };
}

function nanoseconds(durationMs: number): number {
  return Math.max(1, Math.round(durationMs * 1e6));
}
