import { ClientSecretCredential, getBearerTokenProvider } from "@azure/identity";
import type { ProviderChatRequest } from "@corral/core";
import type { GetToken } from "@corral/provider-kit";
import { startSimulatedAzure, startSimulatedEntra, type SimulatedEntra } from "@corral/simulated-providers";
import { describe, expect, test, vi } from "vitest";
import { createAzureOpenAIProvider } from "./azure-openai-provider.ts";

/** Microsoft's own library, an identity service of ours on https, and a resource that believes that service alone. */

const options = { signal: new AbortController().signal };
const request: ProviderChatRequest = {
  model: "chat-prod",
  messages: [{ role: "user", content: "Hi" }],
  params: {},
};

function createCredential(entra: SimulatedEntra, secret = entra.clientSecret): ClientSecretCredential {
  return new ClientSecretCredential(entra.tenantId, entra.clientId, secret, {
    authorityHost: entra.authorityHost,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
    // safe: the pipeline below takes it, only the credential's type does not say so
    ...({ tlsOptions: { ca: entra.certificate } } as object),
  });
}

/** As a server does it: one token provider a scope, and a new one when the resource has refused what it gave. */
function tokensOf(entra: SimulatedEntra, secret?: string): GetToken {
  const providers = new Map<string, () => Promise<string>>();
  return ({ refresh, scope }) => {
    if (refresh) providers.delete(scope);
    const provider = providers.get(scope) ?? getBearerTokenProvider(createCredential(entra, secret), scope);
    providers.set(scope, provider);
    return provider();
  };
}

async function openBench(tokenSeconds?: number) {
  const entra = await startSimulatedEntra(tokenSeconds === undefined ? {} : { tokenSeconds });
  const azure = await startSimulatedAzure({ checkToken: entra.checkToken });
  const providerWith = (getToken: GetToken) =>
    createAzureOpenAIProvider({ baseUrl: azure.url, auth: { type: "entra", getToken } });
  return {
    entra,
    azure,
    providerWith,
    provider: providerWith(tokensOf(entra)),
    [Symbol.asyncDispose]: async () => {
      await azure.stop();
      await entra.stop();
    },
  };
}

describe("[vector 56] Entra ID", () => {
  test.each([50, 100])("%i cold calls at the same time make one token request", async (count) => {
    await using bench = await openBench();

    await Promise.all(Array.from({ length: count }, () => bench.provider.chat(request, options)));

    expect(bench.entra.tokenRequests()).toBe(1);
    expect(bench.azure.journal.entries()).toHaveLength(count);
  });

  test("a token is kept: later calls ask for none", async () => {
    await using bench = await openBench();

    for (let call = 0; call < 3; call += 1) await bench.provider.chat(request, options);

    expect(bench.entra.tokenRequests()).toBe(1);
  });

  test("a token is renewed before it ends, without a call that fails", async () => {
    // Two minutes before the end the library renews in the background; this one is always that near.
    await using bench = await openBench(60);
    await bench.provider.chat(request, options);
    await bench.provider.chat(request, options);

    await vi.waitFor(() => expect(bench.entra.tokenRequests()).toBeGreaterThan(1), { timeout: 10_000 });
    await bench.provider.chat(request, options);

    expect(bench.azure.journal.entries()).toHaveLength(3);
  });

  test("after a revocation each call is repeated once, and one token is asked for", async () => {
    await using bench = await openBench();
    await bench.provider.chat(request, options);
    bench.azure.journal.clear();
    bench.entra.revokeTokens();

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => bench.provider.chat(request, options)),
    );

    expect(answers).toHaveLength(20);
    expect(bench.entra.tokenRequests()).toBe(2);
    expect(bench.azure.journal.entries()).toHaveLength(40);
  });

  test("a resource that refuses every token is asked twice, and the error has none of them", async () => {
    await using bench = await openBench();
    await using stranger = await startSimulatedAzure({ checkToken: () => false });
    const given: string[] = [];
    const getToken = tokensOf(bench.entra);
    const provider = createAzureOpenAIProvider({
      baseUrl: stranger.url,
      auth: {
        type: "entra",
        getToken: async (need) => {
          const token = await getToken(need);
          given.push(token);
          return token;
        },
      },
    });

    const failure: unknown = await provider.chat(request, options).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: "upstream_unauthorized" });
    expect(stranger.journal.entries()).toHaveLength(2);
    expect(given).toHaveLength(2);
    for (const token of given) expect(JSON.stringify(failure) + String(failure)).not.toContain(token);
  });

  test("a scope of another cloud is what is asked for, and what the resource of this one refuses", async () => {
    await using bench = await openBench();
    const provider = createAzureOpenAIProvider({
      baseUrl: bench.azure.url,
      auth: {
        type: "entra",
        getToken: tokensOf(bench.entra),
        scope: "https://cognitiveservices.azure.us/.default",
      },
    });

    await expect(provider.chat(request, options)).rejects.toMatchObject({ code: "upstream_unauthorized" });

    const forms = bench.entra.journal
      .entries()
      .map(({ body }) => new URLSearchParams(String(body)).get("scope"));
    expect(forms.at(-1)).toContain("https://cognitiveservices.azure.us/.default");
  });

  test("a wrong secret is an error that says so, and nothing is sent to the resource", async () => {
    await using bench = await openBench();
    const provider = bench.providerWith(tokensOf(bench.entra, "canary~wrong~secret"));

    const failure: unknown = await provider.chat(request, options).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: "upstream_unauthorized",
      message: expect.stringContaining("refused our credentials (AADSTS7000215)"),
    });
    expect(JSON.stringify(failure)).not.toContain("canary~wrong~secret");
    expect(bench.azure.journal.entries()).toEqual([]);
  });

  test("no way to the identity service is an error that says so, and nothing is sent to the resource", async () => {
    await using bench = await openBench();
    const provider = bench.providerWith(tokensOf(bench.entra));
    await bench.entra.stop();

    const failure: unknown = await provider.chat(request, options).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: "upstream_unauthorized",
      message: expect.stringContaining("cannot be reached"),
    });
    expect(bench.azure.journal.entries()).toEqual([]);
  });
});
