import { describeProviderContract, describeProviderFuzz } from "@corral/core/contracts";
import { parrotScenarios } from "./__fixtures__/parrot-scenarios.ts";
import { createParrotProvider } from "./parrot-provider.ts";

const options = {
  create: createParrotProvider,
  scenarios: parrotScenarios,
  // Of tools, reasoning, json-schema, embeddings, completions: those that the server has. Each needs its scenario.
  capabilities: [],
} as const;

describeProviderContract("Parrot", options);
describeProviderFuzz("Parrot", options);
