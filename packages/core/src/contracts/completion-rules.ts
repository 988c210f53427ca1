import { expect } from "vitest";
import { byteByByte, inOnePiece, splitAt } from "../testing/scripted-upstream.ts";
import { cutsOf } from "./answer-rules.ts";
import { rulesOf, type ContractRule } from "./contract-rule.ts";
import { answerOf } from "./provider-answer.ts";
import { failureOf, openBench } from "./provider-bench.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";
import { chosenNames } from "./request-rules.ts";
import { withUnknownFields } from "./unknown-fields.ts";

const rule = rulesOf("completions");

/** Continuing a prompt: an optional part of the port, whole or not at all. */
export function completionRules(options: ProviderContractOptions): ContractRule[] {
  const { completion, health } = options.scenarios;
  if (completion === undefined) {
    return [
      rule("leaves the methods out where the endpoint cannot", async () => {
        await using bench = await openBench(options, health);

        expect(Object.keys(bench.provider)).not.toContain("complete");
        expect(Object.keys(bench.provider)).not.toContain("streamCompletion");
      }),
    ];
  }
  const { streamed, text, usage } = completion;
  const whole = completion.whole ?? streamed;
  const expected = { choices: [{ text, finish: "stop" }], usage };
  return [
    rule("continues a prompt, streamed and whole alike", async () => {
      await using streaming = await openBench(options, streamed);
      await using collecting = await openBench(options, withUnknownFields(whole));

      const answers = await Promise.all([
        answerOf(streaming.provider, { call: "streamCompletion" }),
        answerOf(collecting.provider, { call: "complete" }),
      ]);

      expect(answers).toMatchObject([expected, expected]);
    }),
    rule("reads the same continuation wherever the bytes are split", async () => {
      for (const chunking of [inOnePiece, byteByByte, ...cutsOf(options, streamed).map(splitAt)]) {
        await using bench = await openBench(options, streamed, { chunking });

        expect(await answerOf(bench.provider, { call: "streamCompletion" })).toMatchObject(expected);
      }
    }),
    rule("sends the prompt and no setting that nobody chose", async () => {
      await using bench = await openBench(options, streamed);

      await answerOf(bench.provider, { call: "streamCompletion" });

      const body = bench.upstream.requests[0]?.body ?? "";
      expect(body).toContain("Say something.");
      expect(chosenNames(body)).toEqual([]);
    }),
    rule("gives no continuation that was cut off for a whole one", async () => {
      const [last = 1] = cutsOf(options, streamed).slice(-1);
      const body = "body" in streamed ? new TextEncoder().encode(String(streamed.body)) : new Uint8Array();
      await using bench = await openBench(options, { ...streamed, body: body.subarray(0, last / 2) });

      const failure = await failureOf(() => answerOf(bench.provider, { call: "streamCompletion" }));

      expect(failure.code).toBe("upstream_truncated");
    }),
  ];
}
