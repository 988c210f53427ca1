import { expect } from "vitest";
import type { DomainError } from "../error/domain-error.ts";
import type { Provider } from "../provider/provider.ts";
import { rulesOf, type ContractRule } from "./contract-rule.ts";
import { failureTable } from "./failure-table.ts";
import { contractKey, failureOf, neverAborted, openBench, plainRequest } from "./provider-bench.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";

const calls: readonly (readonly [string, (provider: Provider) => Promise<unknown>])[] = [
  ["listing models", (provider) => provider.listModels(neverAborted())],
  ["checking health", (provider) => provider.checkHealth(neverAborted())],
  ["a whole chat", (provider) => provider.chat(plainRequest, neverAborted())],
  ["a streamed chat", (provider) => provider.streamChat(plainRequest, neverAborted())],
];

/** Longer than any message needs to be: what a server writes must not be passed on at length. */
const longestMessage = 1_000;

export function failureRules(options: ProviderContractOptions): ContractRule[] {
  return calls.flatMap(([what, call]) => {
    const rule = rulesOf(`failures of ${what}`);
    return [
      ...failureTable.map(({ title, reply, code, details }) =>
        rule(title, async () => {
          await using bench = await openBench(options, reply);

          const failure = await failureOf(() => call(bench.provider));

          expect(failure.code).toBe(code);
          if (details !== undefined) expect(failure.details).toMatchObject(details);
          expectNothingPrivate(failure);
          expect(failure.message.length).toBeLessThan(longestMessage);
          // Neither followed nor repeated.
          expect(bench.upstream.requests.length).toBeLessThanOrEqual(1);
        }),
      ),
      rule("silence until the deadline", async () => {
        const timeouts = { firstByteMs: 60, listMs: 60 };
        await using bench = await openBench(options, { never: "silent" }, { timeouts });

        const failure = await failureOf(() => call(bench.provider));

        expect(failure.code).toBe("upstream_timeout");
        expect(["first_byte", "total"]).toContain(failure.details?.timeoutPhase);
      }),
    ];
  });
}

/** A failure may be logged and shown as it is, with its causes. */
export function expectNothingPrivate(failure: DomainError): void {
  const printed = [
    failure.message,
    String(failure),
    failure.stack,
    JSON.stringify(failure),
    printedCauses(failure),
  ].join("\n");
  expect(printed).not.toContain(contractKey);
  expect(printed).not.toContain("internal.example");
}

function printedCauses(error: Error): string {
  return error.cause instanceof Error
    ? `${String(error.cause)}\n${printedCauses(error.cause)}`
    : String(error.cause);
}
