export type { ContractRule } from "./contract-rule.ts";
export { describeProviderContract, describeProviderFuzz } from "./describe-provider-contract.ts";
export { fuzzRules, type ProviderFuzzOptions } from "./fuzz-rules.ts";
export { listContractRules } from "./list-contract-rules.ts";
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
