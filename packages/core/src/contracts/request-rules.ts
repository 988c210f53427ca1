import { expect } from "vitest";
import { isDomainError } from "../error/domain-error.ts";
import type { JsonValue } from "../json.ts";
import type { ParamNote, Provider, ProviderChatRequest } from "../provider/provider.ts";
import { rulesOf, type ContractRule } from "./contract-rule.ts";
import { paramSamples, type SampledParam } from "./param-samples.ts";
import { collectParts, contractKey, neverAborted, openBench, plainRequest } from "./provider-bench.ts";
import type { ProviderContractCapability, ProviderContractOptions } from "./provider-contract-options.ts";

const rule = rulesOf("requests");

/** Names under which dialects send what a caller may choose. */
const chosenByCallers =
  /^(?:temperature|top_[pk]|min_p|max_(?:completion_|output_)?tokens|num_predict|num_ctx|seed|stop|n|format|response_format|think|reasoning_effort|keep_alive|tools|tool_choice|options|.*penalty)$/u;

type DemandingCapability = Exclude<ProviderContractCapability, "embeddings" | "completions">;

const demanding: Record<DemandingCapability, Partial<ProviderChatRequest>> = {
  tools: {
    tools: [{ type: "function", function: { name: "look_up", parameters: { type: "object" } } }],
    toolChoice: "auto",
  },
  reasoning: { params: { reasoning_effort: "high" } },
  "json-schema": {
    params: {
      response_format: { type: "json_schema", json_schema: { name: "answer", schema: { type: "object" } } },
    },
  },
};

const someParams = { temperature: 0.3, max_tokens: 20, stop: ["END"], logit_bias: { "1": 1 } };

export function requestRules(options: ProviderContractOptions): ContractRule[] {
  return [
    ...previewRules(options),
    ...noteRules(options),
    ...discretionRules(options),
    ...capabilityRules(options),
  ];
}

function previewRules(options: ProviderContractOptions): ContractRule[] {
  const { text } = options.scenarios;
  const requests: readonly (readonly [string, Partial<ProviderChatRequest>])[] = [
    ["params", { params: someParams }],
    ...capabilitiesOf(options).map((capability) => [capability, demanding[capability]] as const),
  ];
  return requests.map(([what, rest]) =>
    rule(`sends, and says, what the preview shows: ${what}`, async () => {
      const request: ProviderChatRequest = { ...plainRequest, ...rest };
      await using streaming = await openBench(options, text.streamed);
      await using whole = await openBench(options, text.whole ?? text.streamed);

      const stream = await streaming.provider.streamChat(request, neverAborted());
      for await (const _ of stream.batches);
      const answer = await whole.provider.chat(request, neverAborted());

      for (const [{ provider, upstream }, notes, isStreamed] of [
        [streaming, stream.notes, true],
        [whole, answer.notes, false],
      ] as const) {
        const preview = provider.previewChat({
          ...request,
          params: { ...request.params, stream: isStreamed },
        });
        expect(JSON.parse(upstream.requests[0]?.body ?? "")).toEqual(preview.body);
        expect(preview.url.startsWith(upstream.baseUrl)).toBe(true);
        expect(preview.url.endsWith(upstream.requests[0]?.path ?? "none")).toBe(true);
        expect(notes).toEqual(preview.notes);
        expect(upstream.requests).toHaveLength(1);
      }
    }),
  );
}

function noteRules(options: ProviderContractOptions): ContractRule[] {
  const { health } = options.scenarios;
  return [
    rule("loses no param without a note", async () => {
      await using bench = await openBench(options, health);
      const plain = bench.provider.previewChat(plainRequest).body;

      // safe: the keys of the table
      const lost = (Object.keys(paramSamples) as SampledParam[]).filter((name) => {
        const preview = previewOf(bench.provider, { [name]: paramSamples[name] });
        if (preview === "refused") return false;
        const isSent = JSON.stringify(preview.body) !== JSON.stringify(plain);
        const isNoted = preview.notes.some(({ param }) => param === name || param === "x_of_this_server");
        return !isSent && !isNoted;
      });

      expect(lost).toEqual([]);
    }),
    rule("says of each change what, how and why, and of nothing else", async () => {
      await using bench = await openBench(options, health);

      const preview = previewOf(bench.provider, paramSamples);

      const notes = preview === "refused" ? [] : preview.notes;
      for (const note of notes) {
        expect([note.param, note.reason]).not.toContain("");
        expect(note.action).toMatch(/^(?:renamed|converted|clamped|dropped)$/u);
        if (note.action !== "dropped") expect(note.to).toBeTruthy();
      }
      expect(bench.provider.previewChat(plainRequest).notes).toEqual([]);
    }),
    rule("previews without asking anybody, and always alike", async () => {
      await using bench = await openBench(options, health);

      const previews = [1, 2].map(() => bench.provider.previewChat({ ...plainRequest, params: someParams }));

      expect(previews[0]).toEqual(previews[1]);
      // A request that was begun would arrive in a later turn.
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(bench.upstream.requests).toEqual([]);
    }),
  ];
}

function previewOf(provider: Provider, params: ProviderChatRequest["params"]) {
  try {
    return provider.previewChat({ ...plainRequest, params });
  } catch (error) {
    if (isDomainError(error)) return "refused";
    throw error;
  }
}

function discretionRules(options: ProviderContractOptions): ContractRule[] {
  const { text } = options.scenarios;
  return [
    rule("sends no setting that nobody chose", async () => {
      await using bench = await openBench(options, text.streamed);

      await collectParts(bench.provider, plainRequest);

      expect(chosenNames(bench.upstream.requests[0]?.body ?? "")).toEqual([]);
    }),
    rule("leaves the request as it was", async () => {
      await using bench = await openBench(options, text.streamed);
      const asked = { ...plainRequest, params: { ...someParams, ...demanding.reasoning.params } };
      const request = deepFreeze(structuredClone(asked));

      await collectParts(bench.provider, request);

      expect(request).toEqual(asked);
    }),
    rule("sends the key to the endpoint, in a header", async () => {
      await using bench = await openBench(options, text.streamed);

      await collectParts(bench.provider, plainRequest);

      const [request] = bench.upstream.requests;
      expect(JSON.stringify(request?.headers)).toContain(contractKey);
      expect(`${request?.path}${request?.body}`).not.toContain(contractKey);
    }),
    rule("shows the key to nobody: not as a member, in a preview, or in a note", async () => {
      await using bench = await openBench(options, text.streamed);
      const request = { ...plainRequest, params: someParams };

      const { notes } = await bench.provider.streamChat(request, neverAborted()).then(async (stream) => {
        for await (const _ of stream.batches);
        return stream;
      });

      const shown = [bench.provider, bench.provider.previewChat(request), notes];
      expect(JSON.stringify(shown)).not.toContain(contractKey);
    }),
  ];
}

function capabilityRules(options: ProviderContractOptions): ContractRule[] {
  const { text } = options.scenarios;
  const lacking = demandingCapabilities.filter((capability) => !options.capabilities.includes(capability));
  return lacking.map((capability) =>
    rule(`says so when it is asked for ${capability}, which it lacks`, async () => {
      await using bench = await openBench(options, text.streamed);

      const said = notesOrRefusal(
        () => bench.provider.previewChat({ ...plainRequest, ...demanding[capability] }).notes,
      );

      expect(said).not.toEqual([]);
    }),
  );
}

// safe: the keys of the table
const demandingCapabilities = Object.keys(demanding) as DemandingCapability[];

function capabilitiesOf(options: ProviderContractOptions): DemandingCapability[] {
  return demandingCapabilities.filter((capability) => options.capabilities.includes(capability));
}

/** The settings in a body that only a caller may choose. */
export function chosenNames(body: string): string[] {
  return namesIn(JSON.parse(body) as JsonValue).filter((name) => chosenByCallers.test(name)); // safe: parsed JSON
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
