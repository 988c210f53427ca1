import { answerRules } from "./answer-rules.ts";
import { brokenStreamRules } from "./broken-stream-rules.ts";
import { cancellingRules } from "./cancelling-rules.ts";
import { completionRules } from "./completion-rules.ts";
import type { ContractRule } from "./contract-rule.ts";
import { failureRules } from "./failure-rules.ts";
import { modelRules } from "./model-rules.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";
import { requestRules } from "./request-rules.ts";
import { takingRules } from "./taking-rules.ts";

/** All that the provider port promises, rule by rule: what `describeProviderContract` makes its tests of. */
export function listContractRules(options: ProviderContractOptions): readonly ContractRule[] {
  return [
    ...modelRules(options),
    ...requestRules(options),
    ...answerRules(options),
    ...completionRules(options),
    ...cancellingRules(options),
    ...takingRules(options),
    ...failureRules(options),
    ...brokenStreamRules(options),
  ];
}
