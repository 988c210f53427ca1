import { describeProviderFuzz } from "@corral/core/contracts";
import { azureContract } from "./__fixtures__/azure-contract.ts";

describeProviderFuzz("Azure's classic surface", { ...azureContract({ apiVersion: "2024-10-21" }) });

describeProviderFuzz("Azure's v1 surface", { ...azureContract({}), seed: 10_001 });
