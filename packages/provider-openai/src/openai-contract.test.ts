import { describeProviderContract } from "@corral/core/contracts";
import { compatibleContract, openaiContract } from "./__fixtures__/openai-contract.ts";

describeProviderContract("A compatible server", compatibleContract);
describeProviderContract("OpenAI", openaiContract);
