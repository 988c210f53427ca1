import { describeProviderContract } from "@corral/core/contracts";
import { fetchTransport } from "@corral/provider-kit";
import { serveOnSockets } from "@corral/provider-kit/testing";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { compatibleContract } from "./__fixtures__/openai-contract.ts";

describeProviderContract("A compatible server over undici", {
  ...compatibleContract,
  serve: serveOnSockets((url) => createUndiciTransport({ url })),
});

describeProviderContract("A compatible server over fetch", {
  ...compatibleContract,
  serve: serveOnSockets(() => fetchTransport),
});
