import {
  describeProviderContract,
  describeProviderFuzz,
  type ProviderContractOptions,
} from "@corral/core/contracts";
import { parrotScenarios } from "./__fixtures__/parrot-scenarios.ts";
import { createParrotProvider } from "./parrot-provider.ts";

const options: ProviderContractOptions = {
  create: ({ key, ...setup }) => createParrotProvider({ ...setup, auth: { type: "bearer", key } }),
  scenarios: parrotScenarios,
  // Of tools, reasoning, json-schema, embeddings, completions: those that the server has. Each needs its scenario.
  capabilities: [],
};

describeProviderContract("Parrot", options);
describeProviderFuzz("Parrot", options);
