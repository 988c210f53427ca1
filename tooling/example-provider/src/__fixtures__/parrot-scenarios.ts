/*
 * Written by hand after the documentation of Parrot, version 2.1, section 3.
 * `x_unknown` stands for what a later server may add.
 */
import { contractKey, type ProviderScenarios } from "@corral/core/contracts";

const json = { "content-type": "application/json; charset=utf-8" };
const ndjson = { "content-type": "application/x-ndjson" };

function lines(...values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

export const parrotScenarios: ProviderScenarios = {
  imitates: "Parrot 2.1",
  models: {
    reply: {
      headers: json,
      body: JSON.stringify({ voices: [{ name: "polly", x_unknown: 1 }, { name: "coco" }, { name: "polly" }] }),
    },
    ids: ["polly", "coco"],
  },
  text: {
    streamed: {
      headers: ndjson,
      body: lines({ say: "Grüße, " }, { say: "世界 " }, { say: "🐎" }, { over: "enough", heard: 11, said: 5 }),
    },
    text: "Grüße, 世界 🐎",
    usage: { promptTokens: 11, completionTokens: 5 },
  },
  truncated: { headers: ndjson, body: lines({ say: "Grüße" }, { say: ", " }) },
  failedLater: {
    reply: { headers: ndjson, body: lines({ say: "Grüße" }, { error: `fell off the perch (${contractKey})` }) },
    text: "Grüße",
    code: "upstream_error",
  },
  failedAtOnce: {
    reply: { headers: ndjson, body: lines({ error: { code: "rate_limit", message: `too loud (${contractKey})` } }) },
    code: "upstream_rate_limited",
  },
  health: { headers: json, body: JSON.stringify({ parrot: "2.1" }) },
  more: [
    {
      title: "a list of the first version, without an end of its line",
      imitates: "Parrot 1.0",
      call: "listModels",
      reply: { body: JSON.stringify({ voices: [{ name: "polly" }] }) },
      gives: { ids: ["polly"] },
    },
    {
      title: "an answer that was cut at the number of words",
      imitates: "Parrot 2.1",
      call: "streamChat",
      request: { params: { max_tokens: 1 } },
      reply: { headers: ndjson, body: lines({ say: "Grüße" }, { over: "max_words" }) },
      gives: { choices: [{ text: "Grüße", finish: "length" }] },
    },
  ],
};
