import { describeProviderContract } from "@corral/core/contracts";
import { ollamaContract } from "./__fixtures__/ollama-contract.ts";

describeProviderContract("Ollama", ollamaContract);
