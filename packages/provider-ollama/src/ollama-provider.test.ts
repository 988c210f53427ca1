import type { ChatStreamPart, Provider } from "@corral/core";
import { inOnePiece, serveInProcess, type Script, type ScriptedReply } from "@corral/core/testing";
import { describe, expect, test } from "vitest";
import { createOllamaProvider } from "./ollama-provider.ts";

const options = { signal: new AbortController().signal };
const request = { model: "m", messages: [{ role: "user" as const, content: "Hi" }], params: {} };

async function providerOn(reply: ScriptedReply | Script, baseUrl = "http://upstream.test") {
  const { transport, requests } = await serveInProcess(
    typeof reply === "function" ? reply : () => reply,
    inOnePiece,
  );
  return { provider: createOllamaProvider({ baseUrl, transport }), requests };
}

function json(value: unknown): ScriptedReply {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

function lines(...values: object[]): ScriptedReply {
  return {
    headers: { "content-type": "application/x-ndjson" },
    body: values.map((value) => JSON.stringify(value)).join("\n"),
  };
}

const message = (content: string) => ({ message: { role: "assistant", content } });

async function partsOf(provider: Provider): Promise<ChatStreamPart[]> {
  const parts: ChatStreamPart[] = [];
  for await (const batch of (await provider.streamChat(request, options)).batches) parts.push(...batch);
  return parts;
}

describe("addresses", () => {
  test.each(["http://host:11434", "http://host:11434/", "http://host:11434/v1", "http://host:11434/api/"])(
    "%s leads to the same place",
    (baseUrl) => {
      expect(createOllamaProvider({ baseUrl }).previewChat(request).url).toBe("http://host:11434/api/chat");
    },
  );

  test("keeps a path in front", () => {
    expect(createOllamaProvider({ baseUrl: "https://host/ollama" }).previewChat(request).url).toBe(
      "https://host/ollama/api/chat",
    );
  });

  test("refuses an address that must not be called, and a key that cannot be sent without quoting it", () => {
    expect(() => createOllamaProvider({ baseUrl: "http://169.254.169.254" })).toThrow(
      expect.objectContaining({ code: "outbound_denied" }),
    );
    expect(() =>
      createOllamaProvider({ baseUrl: "http://host", auth: { type: "bearer", key: "ca\nnary" } }),
    ).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        message: expect.not.stringContaining("nary") as unknown,
      }),
    );
  });
});

describe("models", () => {
  test("says what the list says of a model", async () => {
    const entry = {
      model: "m:8b",
      size: 5,
      digest: "abc",
      modified_at: "2026-08-20T17:04:05.123456789+02:00",
      details: {
        format: "gguf",
        family: "llama",
        parameter_size: "8B",
        quantization_level: "Q4_0",
        context_length: 4096,
      },
      capabilities: ["tools", "completion", "telepathy"],
    };
    const { provider } = await providerOn(json({ models: [entry] }));

    const { models } = await provider.listModels(options);

    expect(models).toEqual([
      {
        id: "m:8b",
        facts: {
          format: "gguf",
          family: "llama",
          parameterSize: "8B",
          quantization: "Q4_0",
          capabilities: ["completion", "tools"],
          lacks: ["vision", "embedding", "thinking", "insert", "audio", "image"],
          contextLength: 4096,
          sizeBytes: 5,
          digest: "abc",
          modifiedAt: "2026-08-20T15:04:05.123Z",
        },
      },
    ]);
  });

  test("leaves out what cannot be called and counts it", async () => {
    const hostile = ["../x", "", "a\u0000b", "x".repeat(10_000), 7, null].map((model) => ({ model }));
    const { provider } = await providerOn(
      json({
        models: [...hostile, { name: "<script>" }, { name: "__proto__" }, "text", { name: "<script>" }],
      }),
    );

    const list = await provider.listModels(options);

    expect(list.models.map((model) => model.id)).toEqual(["<script>", "__proto__"]);
    expect(list.dropped).toBe(8);
  });

  test("[vector 33] keeps 5,000 of 100,000", async () => {
    const { provider } = await providerOn(
      json({ models: Array.from({ length: 100_000 }, (_, at) => ({ model: `m${at}` })) }),
    );

    const list = await provider.listModels(options);

    expect([list.models.length, list.dropped]).toEqual([5_000, 95_000]);
  });

  test("takes a null list for an empty one, and another service for what it is", async () => {
    const empty = await providerOn(json({ models: null }));
    const other = await providerOn(json({ object: "list", data: [] }));

    expect((await empty.provider.listModels(options)).models).toEqual([]);
    await expect(other.provider.listModels(options)).rejects.toMatchObject({
      code: "upstream_invalid_response",
    });
  });

  test("describes a model by show: capabilities and the trained context", async () => {
    const { provider, requests } = await providerOn(
      json({
        details: { family: "qwen3" },
        capabilities: ["completion", "thinking"],
        model_info: { "general.architecture": "qwen3", "qwen3.context_length": 40960 },
      }),
    );

    const facts = await provider.describeModel?.("hf.co/a/b:Q4", options);

    expect(facts).toEqual({
      family: "qwen3",
      capabilities: ["completion", "thinking"],
      lacks: ["tools", "vision", "embedding", "insert", "audio", "image"],
      contextLength: 40960,
    });
    expect(requests[0]).toMatchObject({ path: "/api/show", body: '{"model":"hf.co/a/b:Q4"}' });
  });

  test.each([
    [
      { template: "{{ .Tools }} {{ .Suffix }}", projector_info: {}, details: { family: "llama" } },
      ["completion", "tools", "insert", "vision"],
    ],
    [{ template: "{{ .Prompt }}", details: { family: "nomic-bert" } }, ["embedding"]],
  ])(
    "[vector 46] infers the capabilities that servers before 0.6.4 do not say",
    async (answer, capabilities) => {
      const { provider } = await providerOn(json(answer));

      expect(await provider.describeModel?.("m", options)).toMatchObject({ capabilities });
    },
  );
});

describe("answers", () => {
  test("[vector 4] gives text and calls of the last line before the end", async () => {
    const call = { function: { name: "f", arguments: { a: 1 } } };
    const { provider } = await providerOn(
      lines(message("a"), {
        message: { content: "b", tool_calls: [call] },
        done: true,
        done_reason: "stop",
        eval_count: 2,
      }),
    );

    const parts = await partsOf(provider);

    expect(parts.map((part) => part.type)).toEqual([
      "message-start",
      "text-delta",
      "text-delta",
      "tool-call-start",
      "tool-call-arguments-delta",
      "tool-call-end",
      "usage",
      "finish",
    ]);
    expect(parts.at(-1)).toEqual({ type: "finish", choice: 0, reason: "tool_calls", raw: "stop" });
    expect(parts.at(-2)).toEqual({ type: "usage", usage: { promptTokens: 0, completionTokens: 2 } });
  });

  test.each([
    ["length", "length"],
    ["stop", "stop"],
    ["load", "stop"],
    [undefined, "stop"],
  ])("done_reason %s becomes %s", async (done_reason, reason) => {
    const { provider } = await providerOn(lines({ ...message("a"), done: true, done_reason }));

    expect((await partsOf(provider)).at(-1)).toMatchObject({
      type: "finish",
      reason,
      raw: done_reason ?? null,
    });
  });

  test("says nothing about usage that Ollama does not say", async () => {
    const { provider } = await providerOn(lines({ ...message("a"), done: true }));

    expect((await provider.chat(request, options)).completion.usage).toBeUndefined();
  });

  test("[vector 2] a stream whose only line says done: false is incomplete", async () => {
    const { provider } = await providerOn(lines({ ...message("a"), done: false }));

    await expect(provider.chat(request, options)).rejects.toMatchObject({ code: "upstream_truncated" });
  });

  test.each([0, 1, 3])("[vector 3] an error line after %d lines comes after their text", async (count) => {
    const { provider } = await providerOn(
      lines(...Array.from({ length: count }, () => message("a")), { error: "out of memory" }),
    );

    const seen: string[] = [];
    const reading = (async () => {
      for await (const batch of (await provider.streamChat(request, options)).batches)
        seen.push(...batch.map((part) => part.type));
    })();

    await expect(reading).rejects.toMatchObject({
      code: "upstream_error",
      details: { upstreamMessage: "out of memory" },
    });
    expect(seen.filter((type) => type === "text-delta")).toHaveLength(count);
  });

  test("ignores what follows the last line", async () => {
    const { provider } = await providerOn(
      lines({ ...message("a"), done: true }, { error: "too late" }, message("b")),
    );

    expect((await provider.chat(request, options)).completion.choices[0]?.text).toBe("a");
  });

  test("gives probabilities", async () => {
    const { provider } = await providerOn(
      lines(
        {
          ...message("a"),
          logprobs: [{ token: "a", logprob: -0.1, bytes: [97], top_logprobs: [{ token: "b", logprob: -2 }] }],
        },
        { done: true },
      ),
    );

    expect((await provider.chat(request, options)).completion.choices[0]?.logprobs).toEqual([
      { token: "a", logprob: -0.1, bytes: [97], top_logprobs: [{ token: "b", logprob: -2, bytes: null }] },
    ]);
  });

  test("[vector 32] a hostile line harms nobody", async () => {
    const { provider } = await providerOn({
      body: '{"message":{"content":"a","__proto__":{"x":1}},"__proto__":{"done":true}}\n{"done":true}\n',
    });

    expect((await provider.chat(request, options)).completion.choices[0]?.text).toBe("a");
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});

describe("embeddings", () => {
  test("[vector 59] asks in batches of 256 and keeps the order", async () => {
    const { provider, requests } = await providerOn(({ body }) => {
      // safe: written by the provider under test
      const { input } = JSON.parse(body) as { input: string[] };
      return json({ embeddings: input.map((text) => [Number(text)]), prompt_eval_count: input.length });
    });

    const answer = await provider.embed(
      { model: "m", input: Array.from({ length: 600 }, (_, at) => String(at)) },
      options,
    );

    expect(requests).toHaveLength(3);
    expect(answer.embeddings.map(([value]) => value)).toEqual(Array.from({ length: 600 }, (_, at) => at));
    expect(answer.promptTokens).toBe(600);
  });

  test("[vector 59] cuts to the wished length where an old server does not, and keeps length 1", async () => {
    const { provider } = await providerOn(json({ embeddings: [[3, 4, 12]] }));

    const { embeddings } = await provider.embed({ model: "m", input: ["x"], dimensions: 2 }, options);

    expect(embeddings).toEqual([[0.6, 0.8]]);
  });

  test.each([[[]], [[""]], [["a", ""]]])("refuses %j, which would load the model", async (input) => {
    const { provider, requests } = await providerOn(json({}));

    await expect(provider.embed({ model: "m", input }, options)).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(requests).toEqual([]);
  });

  test.each([[{ embeddings: [] }], [{ embeddings: [[null]] }], [{ embeddings: ["x"] }], [{}]])(
    "refuses the answer %j",
    async (answer) => {
      const { provider } = await providerOn(json(answer));

      await expect(provider.embed({ model: "m", input: ["x"] }, options)).rejects.toMatchObject({
        code: "upstream_invalid_response",
      });
    },
  );
});
