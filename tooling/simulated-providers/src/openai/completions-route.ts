import { randomBytes } from "node:crypto";
import { paced } from "../reply/pace.ts";
import type { Answer, Frame } from "../server/answer.ts";
import type { JsonObject } from "../server/json-object.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import { releasing } from "../server/slots.ts";
import { checkFields } from "./chat-fields.ts";
import { think } from "./chat-generation.ts";
import { openAIStream, takeSlot } from "./chat-route.ts";
import { doneFrame, toUsage } from "./chat-wire.ts";
import { openAIJson, type OpenAIState, readObject, resolveModel } from "./openai-state.ts";

/** The legacy endpoint: a prompt in, plain text out. */
export async function completions(state: OpenAIState, request: SimulatedRequest): Promise<Answer> {
  const body = readObject(state, request);
  const model = resolveModel(state, body["model"]);
  checkFields(state, body, { model, endpoint: "completion" });
  const prompt = [body["prompt"]].flat().filter((part) => typeof part === "string");
  const turns = [{ role: "user", content: prompt.join("\n"), images: 0 }];
  const release = await takeSlot(state, request.signal);
  const generations = await think(state, request, { model, body, turns });
  const head = {
    id: `cmpl-${randomBytes(12).toString("hex")}`,
    object: "text_completion",
    created: Math.floor(Date.now() / 1000),
    model: model.id,
    ...state.profile.extras,
  };
  const usage = toUsage(generations);
  const isUsageWanted = Reflect.get(Object(body["stream_options"]), "include_usage") === true;
  async function* toFrames(): AsyncGenerator<Frame> {
    for (const [index, { text, finish }] of generations.entries()) {
      for await (const token of paced(text, state.pace, request.signal)) {
        yield { kind: "event", value: { ...head, choices: [toChoice(index, token, null)] } };
      }
      yield { kind: "finish", value: { ...head, choices: [toChoice(index, "", finish)] } };
    }
    if (isUsageWanted) yield { kind: "usage", value: { ...head, choices: [], usage } };
    yield doneFrame;
  }
  const frames = releasing(toFrames(), release);
  if (body["stream"] === true) return openAIStream(frames);
  for await (const _ of frames); // the model takes its time, streamed or not
  const choices = generations.map(({ text, finish }, index) => toChoice(index, text.join(""), finish));
  return openAIJson({ ...head, choices, usage });
}

function toChoice(index: number, text: string, finish: string | null): JsonObject {
  return { text, index, logprobs: null, finish_reason: finish };
}
