import { describe, test } from "vitest";
import type { ContractRule } from "./contract-rule.ts";
import { fuzzRules, type ProviderFuzzOptions } from "./fuzz-rules.ts";
import { listContractRules } from "./list-contract-rules.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";

/**
 * The tests every provider has to pass, for vitest. Call it at the top level of a test file.
 *
 * @example
 * describeProviderContract("Ollama", {
 *   create: ({ key, ...setup }) => createOllamaProvider({ ...setup, auth: { type: "bearer", key } }),
 *   scenarios: ollamaScenarios,
 *   capabilities: ["tools", "reasoning", "json-schema", "embeddings"],
 * });
 */
export function describeProviderContract(name: string, options: ProviderContractOptions): void {
  describe(`${name} (as ${options.scenarios.imitates}) keeps the provider contract`, () => {
    describeRules(listContractRules(options));
  });
}

/**
 * Two laws that no list of examples can prove, for vitest, in process and in seconds: the way the bytes are cut never
 * changes an answer, and bytes that make no sense never end in anything but an answer in order or a `DomainError`.
 *
 * A failure names its case; the seed repeats it.
 */
export function describeProviderFuzz(name: string, options: ProviderFuzzOptions): void {
  describe(`${name} (as ${options.scenarios.imitates}) keeps its promises`, () => {
    describeRules(fuzzRules(options));
  });
}

function describeRules(all: readonly ContractRule[]): void {
  for (const [group, rules = []] of Object.entries(Object.groupBy(all, (rule) => rule.group))) {
    describe(group, () => {
      test.each(rules)("$title", ({ assertKept }) => assertKept());
    });
  }
}
