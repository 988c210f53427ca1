import { describe } from "vitest";
import { describeAnswers } from "./describe-answers.ts";
import { describeCancelling } from "./describe-cancelling.ts";
import { describeFailures } from "./describe-failures.ts";
import { describeModels } from "./describe-models.ts";
import { describeRequests } from "./describe-requests.ts";
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
  describe(`${name} keeps the provider contract`, () => {
    describeModels(options);
    describeRequests(options);
    describeAnswers(options);
    describeCancelling(options);
    describeFailures(options);
  });
}
