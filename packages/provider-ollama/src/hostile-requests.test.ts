import { isDomainError, type JsonValue } from "@corral/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromOllamaChat } from "./facade/from-ollama-chat.ts";
import { fromOllamaEmbed, fromOllamaEmbeddings, fromOllamaShow } from "./facade/from-ollama-embed.ts";
import { fromOllamaGenerate } from "./facade/from-ollama-generate.ts";
import { toOllamaChat } from "./to-ollama-chat.ts";
import { toOllamaGenerate } from "./to-ollama-generate.ts";

const fields = [
  "model",
  "name",
  "prompt",
  "input",
  "suffix",
  "format",
  "think",
  "keep_alive",
  "stream",
  "raw",
];
const more = ["options", "messages", "tools", "images", "context", "logprobs", "top_logprobs", "dimensions"];
const options = ["num_ctx", "stop", "num_predict", "temperature", "__proto__", "constructor", "mirostat"];

/** Bodies that are nearly right: known names, any values. */
const body = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom(...fields, ...more),
    fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...options), fc.jsonValue()),
      fc.constantFrom("", "m", "x:latest", "json", -1, 0, 1.5, true, null),
      fc.array(
        fc.dictionary(fc.constantFrom("role", "content", "images", "tool_calls", "function"), fc.jsonValue()),
      ),
    ),
  ),
) as fc.Arbitrary<JsonValue>; // safe: JSON values and lists of them

/** Nothing but errors of ours is thrown. */
function attempt(convert: () => unknown): void {
  try {
    convert();
  } catch (error) {
    expect(error).toSatisfy(isDomainError);
  }
}

test("[vector 32] whatever a body holds, the façade reads it or refuses it", () => {
  const readers = [fromOllamaChat, fromOllamaGenerate, fromOllamaEmbed, fromOllamaEmbeddings, fromOllamaShow];
  fc.assert(
    fc.property(body, (body) => {
      for (const read of readers) attempt(() => read(body));
    }),
    { numRuns: 500 },
  );
  expect(Reflect.ownKeys(Object.prototype)).not.toContain("num_ctx");
});

test("[vector 32] whatever the fields of a request hold, it is converted or refused", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...fields, ...more)), body),
      (extensions) => {
        const request = { model: "m", params: { custom_params: extensions }, extensions };
        attempt(() => toOllamaChat({ ...request, messages: [{ role: "user", content: "Hi" }] }));
        attempt(() => toOllamaGenerate({ ...request, prompt: "Hi" }));
      },
    ),
    { numRuns: 500 },
  );
});
