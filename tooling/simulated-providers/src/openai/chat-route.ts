import type { Generation } from "../reply/generation.ts";
import { paced } from "../reply/pace.ts";
import { type Answer, type Frame, toWholeAnswer } from "../server/answer.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { releasing } from "../server/slots.ts";
import { checkFields } from "./chat-fields.ts";
import { think } from "./chat-generation.ts";
import { readMessages } from "./chat-messages.ts";
import {
  chunkHead,
  type Completion,
  doneFrame,
  startCompletion,
  toChunk,
  toDeltas,
  toUsage,
  toWhole,
  wantsUsage,
} from "./chat-wire.ts";
import { openAIError, type OpenAIState, readObject, resolveModel } from "./openai-state.ts";

export async function chatCompletions(state: OpenAIState, request: SimulatedRequest): Promise<Answer> {
  const { profile } = state;
  const sent = readObject(state, request);
  const body = Object.fromEntries(Object.entries(sent).filter(([field]) => !profile.ignores.includes(field)));
  const model = resolveModel(state, body["model"]);
  checkFields(state, body, { model, endpoint: "chat" });
  const refusal = profile.refusal?.(body, model);
  if (refusal) throw openAIError(state, { status: 400, ...refusal });
  const turns = readMessages(state, body);
  if (model.kinds && !model.kinds.includes("chat")) {
    const message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint.";
    throw openAIError(state, { status: 404, message, param: "model" });
  }
  const release = await takeSlot(state, request.signal);
  const generations = await think(state, request, { model, body, turns });
  const completion = startCompletion(profile, body, model.id);
  const chunks = releasing(toFrames(state, { completion, generations, signal: request.signal }), release);
  if (body["stream"] === true) return openAIStream(chunks);
  for await (const _ of chunks); // the model takes its time, streamed or not
  const whole = JSON.stringify(toWhole(completion, generations));
  return toWholeAnswer(200, "application/json", profile.bodyPrefix + whole);
}

export function openAIStream(frames: AsyncIterable<Frame>): Answer {
  const headers = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };
  return { kind: "stream", status: 200, headers, format: "sse", frames };
}

/** Waits for an inference slot, which is free again at the latest when the exchange is over. */
export async function takeSlot(state: OpenAIState, signal: AbortSignal): Promise<() => void> {
  const release = await state.slots.acquire(signal);
  if (!release) {
    const message = "The engine is currently overloaded, please try again later.";
    throw openAIError(state, { status: 503, message, type: "server_error", code: "overloaded" });
  }
  signal.addEventListener("abort", release, { once: true });
  return release;
}

async function* toFrames(
  { pace }: OpenAIState,
  {
    completion,
    generations,
    signal,
  }: { completion: Completion; generations: Generation[]; signal: AbortSignal },
): AsyncGenerator<Frame> {
  const { profile } = completion;
  for (const comment of profile.comments) yield { kind: "event", raw: `: ${comment}\n\n` };
  for (const index of generations.keys()) {
    yield { kind: "event", value: toChunk(completion, index, { delta: profile.roleDelta }) };
  }
  for await (const { index, piece } of paced(interleave(generations, completion), pace, signal)) {
    yield { kind: "event", value: toChunk(completion, index, piece) };
  }
  const usage = toUsage(generations);
  const isUsageApart = wantsUsage(completion) && profile.usage === "on-request";
  for (const [index, { finish }] of generations.entries()) {
    const value = toChunk(completion, index, { delta: {}, finish: profile.finishReasons[finish] ?? finish });
    const isLast = index === generations.length - 1;
    if (isLast && profile.usage === "with-finish") value["usage"] = usage;
    yield { kind: "finish", value: isLast && !isUsageApart ? { ...value, ...profile.lastExtras } : value };
  }
  if (isUsageApart) {
    yield {
      kind: "usage",
      value: { ...chunkHead(completion), choices: [], usage, ...profile.lastExtras },
    };
  }
  yield doneFrame;
}

/** Several choices take turns, token by token. */
function* interleave(generations: Generation[], completion: Completion) {
  const choices = generations.map((generation, index) => ({
    index,
    deltas: toDeltas(generation, completion),
  }));
  while (choices.length > 0) {
    for (const choice of choices.slice()) {
      const next = choice.deltas.next();
      if (next.done) choices.splice(choices.indexOf(choice), 1);
      else yield { index: choice.index, piece: next.value };
    }
  }
}
