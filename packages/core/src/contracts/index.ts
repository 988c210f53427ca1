export { describeProviderContract } from "./describe-provider-contract.ts";
export type {
  ProviderContractCapability,
  ProviderContractOptions,
  ProviderContractSetup,
  ProviderScenarios,
} from "./provider-contract-options.ts";
