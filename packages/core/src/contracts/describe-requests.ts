import { describe, expect, test } from "vitest";
import { isDomainError } from "../error/domain-error.ts";
import type { JsonValue } from "../json.ts";
import type { ParamNote, ProviderChatRequest } from "../provider/provider.ts";
import { collectParts, contractKey, neverAborted, openBench, plainRequest } from "./provider-bench.ts";
import type { ProviderContractCapability, ProviderContractOptions } from "./provider-contract-options.ts";

/** Names under which dialects send what a caller may choose. */
const chosenByCallers =
  /^(?:temperature|top_[pk]|min_p|max_(?:completion_)?tokens|num_predict|num_ctx|seed|stop|n|format|response_format|think|reasoning_effort|keep_alive|tools|tool_choice|.*penalty)$/u;

const demanding: Record<ProviderContractCapability, Partial<ProviderChatRequest>> = {
  tools: { tools: [{ type: "function", function: { name: "look_up" } }] },
  reasoning: { params: { reasoning_effort: "high" } },
  "json-schema": {
    params: {
      response_format: { type: "json_schema", json_schema: { name: "answer", schema: { type: "object" } } },
    },
  },
  embeddings: {},
};

export function describeRequests(options: ProviderContractOptions): void {
  const { text } = options.scenarios;

  describe("requests", () => {
    test("sends what the preview shows, streamed and whole", async () => {
      const request: ProviderChatRequest = {
        ...plainRequest,
        params: { temperature: 0.3, max_tokens: 20, stop: ["END"] },
      };
      await using streaming = await openBench(options, text.streamed);
      await using whole = await openBench(options, text.whole ?? text.streamed);

      await collectParts(streaming.provider, request);
      await whole.provider.chat(request, neverAborted());

      for (const [{ provider, upstream }, stream] of [
        [streaming, true],
        [whole, false],
      ] as const) {
        const preview = provider.previewChat({ ...request, params: { ...request.params, stream } });
        expect(JSON.parse(upstream.requests[0]?.body ?? "")).toEqual(preview.body);
        expect(preview.url.startsWith(upstream.baseUrl)).toBe(true);
        expect(preview.url.endsWith(upstream.requests[0]?.path ?? "none")).toBe(true);
      }
    });

    test("sends no setting that nobody chose", async () => {
      await using bench = await openBench(options, text.streamed);

      await collectParts(bench.provider, plainRequest);

      const names = namesIn(JSON.parse(bench.upstream.requests[0]?.body ?? "") as JsonValue); // safe: parsed JSON
      expect(names.filter((name) => chosenByCallers.test(name))).toEqual([]);
    });

    test("leaves the request as it was", async () => {
      await using bench = await openBench(options, text.streamed);
      const request = deepFreeze(structuredClone({ ...plainRequest, ...demanding.reasoning }));

      await collectParts(bench.provider, request);

      expect(request).toEqual({ ...plainRequest, ...demanding.reasoning });
    });

    test("sends the key to the endpoint, in a header", async () => {
      await using bench = await openBench(options, text.streamed);

      await collectParts(bench.provider, plainRequest);

      const [request] = bench.upstream.requests;
      expect(JSON.stringify(request?.headers)).toContain(contractKey);
      expect(`${request?.path}${request?.body}`).not.toContain(contractKey);
      expect(JSON.stringify(bench.provider)).not.toContain(contractKey);
    });

    const lacking = Object.keys(demanding).filter(
      (capability) =>
        !(options.capabilities as readonly string[]).includes(capability) && capability !== "embeddings",
    ) as ProviderContractCapability[]; // safe: the keys of the table
    test.each(lacking)("says so when it is asked for %s, which it lacks", async (capability) => {
      await using bench = await openBench(options, text.streamed);

      const said = notesOrRefusal(
        () => bench.provider.previewChat({ ...plainRequest, ...demanding[capability] }).notes,
      );

      expect(said).not.toEqual([]);
    });
  });
}

function notesOrRefusal(preview: () => readonly ParamNote[]): readonly (ParamNote | string)[] {
  try {
    return preview();
  } catch (error) {
    return isDomainError(error) ? [error.code] : [];
  }
}

function namesIn(value: JsonValue): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
