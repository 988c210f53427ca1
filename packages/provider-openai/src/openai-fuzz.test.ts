import { describeProviderFuzz } from "@corral/core/contracts";
import { compatibleContract } from "./__fixtures__/openai-contract.ts";

describeProviderFuzz("A compatible server", { ...compatibleContract, cases: 4_000 });
