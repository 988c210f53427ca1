import type { Answer, Frame } from "../server/answer.ts";
import { type JsonObject, toJsonObject, toList } from "../server/json-object.ts";
import { azureError, type AzureFilters } from "./azure-state.ts";

/** A prompt that contains the first is refused; one that contains the second gets an answer that is cut. */
export const filterMarks = { prompt: "FILTER THE PROMPT", answer: "FILTER THE ANSWER" };

const safe = { filtered: false, severity: "safe" };
const results = { hate: safe, self_harm: safe, sexual: safe, violence: safe };
const violation = { ...results, violence: { filtered: true, severity: "medium" } };
const promptResults = [
  {
    prompt_index: 0,
    content_filter_results: { ...results, jailbreak: { filtered: false, detected: false } },
  },
];

/** Refuses a prompt as Azure's filter does. Billed, and final. */
export function checkPrompt(body: JsonObject): void {
  if (!JSON.stringify(body["messages"] ?? body["prompt"] ?? "").includes(filterMarks.prompt)) return;
  throw azureError(400, {
    message:
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
    type: null,
    param: "prompt",
    code: "content_filter",
    status: 400,
    innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: violation },
  });
}

/** Adds what the filters found to an answer, and cuts one that asks for it. */
export function filterAnswer(answer: Answer, body: JsonObject, filters: AzureFilters): Answer {
  if (filters === "off") return answer;
  const isCut = JSON.stringify(body["messages"] ?? "").includes(filterMarks.answer);
  if (answer.kind === "stream") {
    const frames =
      filters === "sync" ? reportInChunks(answer.frames, isCut) : reportApart(answer.frames, isCut);
    return { ...answer, frames: withPromptResults(frames) };
  }
  if (answer.kind !== "whole" || answer.status !== 200) return answer;
  const whole = toJsonObject(JSON.parse(Buffer.from(answer.body).toString()));
  const choices = toList(whole["choices"]).map((choice) => ({
    ...toJsonObject(choice),
    ...(isCut && { finish_reason: "content_filter" }),
    content_filter_results: isCut ? violation : results,
  }));
  return { ...answer, body: JSON.stringify({ ...whole, choices, prompt_filter_results: promptResults }) };
}

/** What comes before the model has said anything: no choice, no id, no model, no time. */
const nobody = { id: "", object: "", created: 0, model: "" };

async function* withPromptResults(frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  yield { kind: "event", value: { ...nobody, choices: [], prompt_filter_results: promptResults } };
  yield* frames;
}

/** Default filters hold text back until they have seen it. */
async function* reportInChunks(frames: AsyncIterable<Frame>, isCut: boolean): AsyncGenerator<Frame> {
  let texts = 0;
  for await (const frame of frames) {
    if ("raw" in frame) {
      yield frame;
      continue;
    }
    texts += frame.kind === "event" ? 1 : 0;
    if (isCut && frame.kind === "event" && texts > 2) continue;
    const isEnd = isCut && frame.kind === "finish";
    yield {
      kind: frame.kind,
      value: mapChoices(frame.value, (choice) => ({
        ...choice,
        ...(isEnd && { finish_reason: "content_filter" }),
        content_filter_results: isEnd ? violation : texts === 1 ? {} : results,
      })),
    };
  }
}

/** Asynchronous filters send the text at once and report on it later, also after the end. */
async function* reportApart(frames: AsyncIterable<Frame>, isCut: boolean): AsyncGenerator<Frame> {
  let texts = 0;
  for await (const frame of frames) {
    texts += frame.kind === "event" ? 1 : 0;
    if (isCut && texts > 2 && (frame.kind === "event" || frame.kind === "finish")) {
      if (frame.kind === "finish") yield report(violation, { finish_reason: "content_filter" });
      continue;
    }
    yield frame;
    if ((frame.kind === "event" && texts % 3 === 0) || frame.kind === "finish") yield report(results);
  }
}

function report(found: JsonObject, more: JsonObject = {}): Frame {
  const choice = {
    index: 0,
    finish_reason: null,
    content_filter_results: found,
    content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
    ...more,
  };
  return { kind: "event", value: { ...nobody, choices: [choice] } };
}

function mapChoices(value: JsonObject, change: (choice: JsonObject) => JsonObject): JsonObject {
  return { ...value, choices: toList(value["choices"]).map((choice) => change(toJsonObject(choice))) };
}
