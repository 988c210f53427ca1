import { describe, test } from "vitest";
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
  const groups = Object.groupBy(listContractRules(options), (rule) => rule.group);
  describe(`${name} (as ${options.scenarios.imitates}) keeps the provider contract`, () => {
    for (const [group, rules = []] of Object.entries(groups)) {
      describe(group, () => {
        test.each(rules)("$title", ({ assertKept }) => assertKept());
      });
    }
  });
}
