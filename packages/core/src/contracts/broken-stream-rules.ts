import { expect } from "vitest";
import type { ChatStreamPart } from "../chat/chat-stream-part.ts";
import type { DomainError } from "../error/domain-error.ts";
import type { Provider } from "../provider/provider.ts";
import type { ScriptedReply } from "../testing/scripted-upstream.ts";
import { rulesOf, type ContractRule } from "./contract-rule.ts";
import { expectNothingPrivate } from "./failure-rules.ts";
import { contractKey, failureOf, neverAborted, openBench, plainRequest, textOf } from "./provider-bench.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";

const rule = rulesOf("failures in the middle of a stream");

export function brokenStreamRules(options: ProviderContractOptions): ContractRule[] {
  const { failedAtOnce } = options.scenarios;
  return [
    rule("an error in the first frame is thrown before the stream begins", async () => {
      await using bench = await openBench(options, failedAtOnce.reply);

      const failure = await failureOf(() => bench.provider.streamChat(plainRequest, neverAborted()));

      expect(failure.code).toBe(failedAtOnce.code);
      expectNothingPrivate(failure);
    }),
    rule("the errors of the scenarios repeat the key, so that a leak would show", async () => {
      const { failedLater } = options.scenarios;
      for (const { reply } of [failedAtOnce, failedLater]) {
        expect("body" in reply ? String(reply.body) : "").toContain(contractKey);
      }
    }),
    ...breakRules(options),
    ...wholeRules(options),
  ];
}

function breakRules(options: ProviderContractOptions): ContractRule[] {
  const { failedLater, text, truncated } = options.scenarios;
  const half = halfOf(text.streamed);
  const rows = [
    { title: "an error in a later frame", ...failedLater },
    { title: "an end without the terminal marker", reply: truncated, code: "upstream_truncated" },
    {
      title: "a broken connection",
      reply: { ...half, ending: "reset" } as const,
      code: "upstream_truncated",
    },
  ];
  return [
    ...rows.map((row) =>
      rule(`${row.title} comes after the parts before it, without a finish or a second request`, async () => {
        await using bench = await openBench(options, row.reply);

        const { failure, parts } = await readUntilFailure(bench.provider);

        expect(failure.code).toBe(row.code);
        expect(parts.filter((part) => part.type === "finish")).toEqual([]);
        expect(parts.length).toBeGreaterThan(0);
        if ("text" in row) expect(textOf(parts)).toBe(row.text);
        expectNothingPrivate(failure);
        expect(bench.upstream.requests).toHaveLength(1);
      }),
    ),
    rule("silence in the middle ends it by the idle deadline, and closes the connection", async () => {
      const reply = { ...half, ending: "silent" } as const;
      await using bench = await openBench(options, reply, { timeouts: { idleMs: 60 } });

      const { failure } = await readUntilFailure(bench.provider);

      expect(failure).toMatchObject({ code: "upstream_timeout", details: { timeoutPhase: "idle" } });
      await bench.upstream.abandoned;
    }),
  ];
}

function wholeRules(options: ProviderContractOptions): ContractRule[] {
  const { failedAtOnce, failedLater, truncated } = options.scenarios;
  return [
    rule("the same failures end a whole answer, without a second request", async () => {
      const outcomes: (readonly [string, number])[] = [];
      for (const reply of [failedAtOnce.reply, failedLater.reply, truncated]) {
        await using bench = await openBench(options, reply);
        const failure = await failureOf(() => bench.provider.chat(plainRequest, neverAborted()));
        outcomes.push([failure.code, bench.upstream.requests.length]);
        expectNothingPrivate(failure);
      }

      expect(outcomes).toEqual([
        [failedAtOnce.code, 1],
        [failedLater.code, 1],
        ["upstream_truncated", 1],
      ]);
    }),
  ];
}

async function readUntilFailure(
  provider: Provider,
): Promise<{ failure: DomainError; parts: ChatStreamPart[] }> {
  const parts: ChatStreamPart[] = [];
  const failure = await failureOf(async () => {
    const { batches } = await provider.streamChat(plainRequest, neverAborted());
    for await (const batch of batches) parts.push(...batch);
  });
  return { failure, parts };
}

/** The first half of a reply's bytes. */
function halfOf(reply: ScriptedReply): Extract<ScriptedReply, { body: unknown }> {
  if ("never" in reply) return { body: "" };
  const bytes = typeof reply.body === "string" ? new TextEncoder().encode(reply.body) : reply.body;
  return { ...reply, body: bytes.subarray(0, Math.floor(bytes.length / 2)) };
}
