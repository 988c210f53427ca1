import type { ChatStreamPart, JsonObject, ProviderChatRequest } from "@corral/core";
import { inOnePiece, serveInProcess, type Script, type ScriptedReply } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { chunk, completion, ending, events } from "./__fixtures__/openai-scenarios.ts";
import { createOpenAIProvider } from "./openai-provider.ts";
import { RefusalMemory } from "./refusal-memory.ts";

const options = { signal: new AbortController().signal };
const request: ProviderChatRequest = {
  model: "m",
  messages: [{ role: "user", content: "Hi" }],
  params: { temperature: 0.2, max_tokens: 9, seed: 7, reasoning_effort: "max" },
};
const answer: ScriptedReply = { body: completion({ content: "a" }, "stop") };

function refusal(message: string, more: object = {}, status = 400): ScriptedReply {
  return { status, body: JSON.stringify({ error: { message, type: "invalid_request_error", ...more } }) };
}

/** Refuses by `judge`, else answers. */
async function serverThat(judge: (body: JsonObject) => ScriptedReply | undefined) {
  const script: Script = ({ body }) => judge(JSON.parse(body) as JsonObject) ?? answer; // safe: written by the provider
  const { transport, requests } = await serveInProcess(script, inOnePiece);
  const provider = createOpenAIProvider({ baseUrl: "http://upstream.test", transport });
  const bodies = () => requests.map(({ body }) => JSON.parse(body) as JsonObject); // safe: as above
  return { provider, bodies };
}

describe("[vector 28] a parameter that a model refuses", () => {
  test.each<[string, string, ScriptedReply]>([
    [
      "OpenAI's unsupported value",
      "temperature",
      refusal(
        "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
        {
          param: "temperature",
          code: "unsupported_value",
        },
      ),
    ],
    [
      "OpenAI's unsupported parameter",
      "seed",
      refusal("Unsupported parameter: 'seed' is not supported with this model.", {
        param: "seed",
        code: "unsupported_parameter",
      }),
    ],
    ["OpenAI's unknown argument", "seed", refusal("Unrecognized request argument supplied: seed")],
    [
      "OpenAI's unknown parameter",
      "seed",
      refusal("Unknown parameter: 'seed'.", { code: "unknown_parameter", param: "seed" }),
    ],
    ["Groq's", "seed", refusal("property 'seed' is unsupported")],
    ["Groq's of a model", "seed", refusal("`seed` is not supported with this model")],
    [
      "Gemini's",
      "seed",
      {
        status: 400,
        body: JSON.stringify([
          {
            error: {
              code: 400,
              message: 'Invalid JSON payload received. Unknown name "seed": Cannot find field.',
            },
          },
        ]),
      },
    ],
    [
      "Mistral's",
      "seed",
      {
        status: 422,
        body: JSON.stringify({
          detail: [{ type: "extra_forbidden", loc: ["body", "seed"], msg: "Extra inputs are not permitted" }],
        }),
      },
    ],
    [
      "xAI's",
      "max_tokens",
      {
        status: 400,
        body: JSON.stringify({ code: "x", error: "Argument not supported on this model: maxTokens" }),
      },
    ],
    [
      "LiteLLM's",
      "seed",
      refusal("litellm.UnsupportedParamsError: x does not support parameters: ['seed'], for model=m.", {
        code: "400",
      }),
    ],
    ["Python's", "seed", refusal("create() got an unexpected keyword argument 'seed'")],
  ])("is left out after %s refusal, once and for the next calls", async (_, param, reply) => {
    const { provider, bodies } = await serverThat((body) => (param in body ? reply : undefined));

    const first = await provider.chat(request, options);
    const second = await provider.chat(request, options);

    const note = { param, action: "dropped", reason: "the model refused it" };
    expect(bodies().map((body) => param in body)).toEqual([true, false, false]);
    expect([first.notes, second.notes]).toEqual([[note], [note]]);
    expect(provider.previewChat(request)).toMatchObject({ notes: [note] });
    expect(provider.previewChat(request).body).toEqual({ ...bodies()[1] });
    expect(provider.previewChat({ ...request, model: "other" }).notes).toEqual([]);
  });

  test("is renamed where the server says how", async () => {
    const { provider, bodies } = await serverThat((body) =>
      "max_tokens" in body
        ? refusal(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            { param: "max_tokens", code: "unsupported_parameter" },
          )
        : undefined,
    );

    const { notes } = await provider.chat(request, options);

    expect(notes).toMatchObject([{ param: "max_tokens", action: "renamed", to: "max_completion_tokens" }]);
    expect(bodies()[1]).toMatchObject({ max_completion_tokens: 9 });
    expect(bodies()[1]).not.toHaveProperty("max_tokens");
  });

  test("becomes the nearest effort where the server lists those it takes; other efforts are not touched", async () => {
    const { provider, bodies } = await serverThat((body) =>
      body["reasoning_effort"] === "max"
        ? refusal(
            "Unsupported value: 'reasoning_effort' does not support 'max' with this model. Supported values are: 'none', 'low', 'medium', and 'high'.",
            { param: "reasoning_effort", code: "unsupported_value" },
          )
        : undefined,
    );

    const { notes } = await provider.chat(request, options);
    await provider.chat({ ...request, params: { reasoning_effort: "low" } }, options);

    expect(notes).toMatchObject([{ param: "reasoning_effort", action: "clamped", to: "high" }]);
    expect(bodies().map((body) => body["reasoning_effort"])).toEqual(["max", "high", "low"]);
  });

  test("is corrected in a stream before its first byte, and told in the stream's notes", async () => {
    const { transport, requests } = await serveInProcess(
      ({ body }) =>
        body.includes('"seed"')
          ? refusal("Unrecognized request argument supplied: seed")
          : { body: events(chunk({ content: "a" }), ...ending("stop")) },
      inOnePiece,
    );
    const provider = createOpenAIProvider({ baseUrl: "http://upstream.test", transport });

    const { notes, batches } = await provider.streamChat(request, options);
    const parts: ChatStreamPart[] = [];
    for await (const batch of batches) parts.push(...batch);

    expect(notes).toMatchObject([{ param: "seed", action: "dropped" }]);
    expect(parts.at(-1)).toMatchObject({ type: "finish" });
    expect(requests).toHaveLength(2);
  });

  test("is the caller's to hear when a second one is refused; both are remembered", async () => {
    const { provider, bodies } = await serverThat((body) => {
      const param = ["seed", "temperature"].find((name) => name in body);
      return param === undefined ? undefined : refusal(`Unrecognized request argument supplied: ${param}`);
    });

    await expect(provider.chat(request, options)).rejects.toMatchObject({ code: "upstream_rejected" });
    const { notes } = await provider.chat(request, options);

    expect(bodies()).toHaveLength(3);
    expect(notes.map((note) => note.param)).toEqual(["seed", "temperature"]);
  });

  test("takes what depends on it along", async () => {
    const { provider, bodies } = await serverThat((body) =>
      "logprobs" in body ? refusal("property 'logprobs' is unsupported") : undefined,
    );

    await provider.chat({ ...request, logprobs: { top: 2 } }, options);

    expect(bodies()[1]).not.toHaveProperty("top_logprobs");
  });
});

describe("what is not corrected", () => {
  test.each<[string, Partial<ProviderChatRequest>, ScriptedReply]>([
    [
      "a request that would mean something else without it",
      { tools: [{ type: "function", function: { name: "f" } }] },
      refusal("Unsupported parameter: 'tools' is not supported with this model.", {
        param: "tools",
        code: "unsupported_parameter",
      }),
    ],
    ["a parameter that was not sent", {}, refusal("Unrecognized request argument supplied: top_k")],
    [
      "a place inside of the messages",
      {},
      refusal("Unsupported value: 'messages[0].role' does not support 'user' with this model.", {
        param: "messages[0].role",
        code: "unsupported_value",
      }),
    ],
    [
      "a value that is merely wrong",
      {},
      refusal("Invalid 'temperature': decimal above maximum value.", {
        param: "temperature",
        code: "decimal_above_max_value",
      }),
    ],
    [
      "a validator's complaint of a value",
      {},
      {
        status: 422,
        body: JSON.stringify({
          detail: [
            {
              type: "less_than_equal",
              loc: ["body", "temperature"],
              msg: "Input should be less than or equal to 0.1",
            },
          ],
        }),
      },
    ],
    ["another failure with such words", {}, refusal("Unrecognized request argument supplied: seed", {}, 500)],
  ])("%s", async (_, wish, reply) => {
    const { provider, bodies } = await serverThat(() => reply);

    await expect(provider.chat({ ...request, ...wish }, options)).rejects.toMatchObject({
      code: "upstream_rejected",
    });

    expect(bodies()).toHaveLength(1);
    expect(provider.previewChat({ ...request, ...wish }).notes).toEqual([]);
  });

  test("an error inside of a stream that has begun", async () => {
    const error = { error: { message: "Unrecognized request argument supplied: seed", code: 400 } };
    const { provider, bodies } = await serverThat(() => ({ body: events(chunk({ content: "a" }), error) }));

    const { batches } = await provider.streamChat(request, options);
    const reading = (async () => {
      for await (const _ of batches);
    })();

    await expect(reading).rejects.toMatchObject({ code: "upstream_rejected" });
    expect(bodies()).toHaveLength(1);
  });
});

describe("the memory", () => {
  const drop = (param: string) => ({ param, correction: { kind: "drop" } as const });
  const draft = { body: { seed: 1, stop: ["x"] }, notes: [] };

  test("forgets after hours, as servers are updated", () => {
    let now = 0;
    const memory = new RefusalMemory(() => now);
    memory.learn("m", drop("seed"));

    const soon = memory.correct("m", draft);
    now = 7 * 60 * 60_000;

    expect(soon.body).toEqual({ stop: ["x"] });
    expect(memory.correct("m", draft)).toBe(draft);
  });

  test("keeps a bounded number of models and parameters, the latest", () => {
    const memory = new RefusalMemory(() => 0);

    for (let at = 0; at < 5_000; at += 1) memory.learn(`m${at}`, drop("seed"));
    memory.learn("m4999", drop("stop"));
    for (let at = 0; at < 31; at += 1) memory.learn("m4999", drop(`p${at}`));

    expect(memory.correct("m0", draft)).toBe(draft);
    expect(memory.correct("m4998", draft).body).toEqual({ stop: ["x"] });
    expect(memory.correct("m4999", draft).body).toEqual({ seed: 1 });
  });
});
