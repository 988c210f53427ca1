export { describeProviderContract } from "./describe-provider-contract.ts";
export { describeProviderFuzz, type ProviderFuzzOptions } from "./describe-provider-fuzz.ts";
export { contractKey } from "./provider-bench.ts";
export type {
  AnswerScenario,
  ExpectedCall,
  ExpectedChoice,
  ProviderContractCapability,
  ProviderContractOptions,
  ProviderContractSetup,
  ProviderScenarios,
} from "./provider-contract-options.ts";
