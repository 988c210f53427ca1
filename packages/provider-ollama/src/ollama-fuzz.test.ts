import { describeProviderFuzz } from "@corral/core/contracts";
import { ollamaContract } from "./__fixtures__/ollama-contract.ts";

describeProviderFuzz("Ollama", { ...ollamaContract, cases: 4_000 });
