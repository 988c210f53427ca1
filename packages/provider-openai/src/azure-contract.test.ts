import { describeProviderContract } from "@corral/core/contracts";
import { fetchTransport } from "@corral/provider-kit";
import { serveOnSockets } from "@corral/provider-kit/testing";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { azureContract } from "./__fixtures__/azure-contract.ts";

const classic = azureContract({ apiVersion: "2024-10-21" });
const v1 = azureContract({});

describeProviderContract("Azure's classic surface", classic);

describeProviderContract("Azure's v1 surface", v1);

describeProviderContract("Azure's classic surface over undici", {
  ...classic,
  serve: serveOnSockets((url) => createUndiciTransport({ url })),
});

describeProviderContract("Azure's v1 surface over fetch", {
  ...v1,
  serve: serveOnSockets(() => fetchTransport),
});
