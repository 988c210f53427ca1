import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { setDefaultCACertificates } from "node:tls";
import { inspect } from "node:util";
import { Secret, type EntraCredential } from "@corral/core";
import type { SimulatedEntra } from "@corral/simulated-providers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createEntraTokens, type EntraTokens } from "../../src/entra/create-entra-tokens.ts";
import { clientSecret, startTrustedEntra, tokenForms } from "../support/start-trusted-entra.ts";

const scope = "https://cognitiveservices.azure.com/.default";
const secret = new Secret(clientSecret);

function anApp(
  { tenantId, clientId, authorityHost }: SimulatedEntra,
  change: { readonly tenantId?: string; readonly authorityHost?: string } = {},
): EntraCredential {
  return { kind: "client-secret", tenantId, clientId, authorityHost, ...change };
}

type Need = { readonly refresh?: boolean; readonly by?: Secret };

function ask(tokens: EntraTokens, credential: EntraCredential, { refresh = false, by = secret }: Need = {}) {
  const { signal } = new AbortController();
  return tokens.getTokenOf(credential, by)({ refresh, signal, scope });
}

describe("tokens of Entra ID", () => {
  test("[vector 56] a hundred calls on a cold start ask for one token, and later ones for none", async () => {
    await using entra = await startTrustedEntra();
    const tokens = createEntraTokens();
    const app = anApp(entra);

    const first = await Promise.all(Array.from({ length: 100 }, () => ask(tokens, app)));
    const later = await ask(tokens, app);

    expect(new Set([...first, later]).size).toBe(1);
    expect(entra.checkToken(later, scope)).toBe(true);
    expect(tokenForms(entra).map((form) => form.get("grant_type"))).toEqual(["client_credentials"]);
  });

  test("[vector 56] a refused token is replaced once, however many calls it was refused to", async () => {
    await using entra = await startTrustedEntra();
    const tokens = createEntraTokens();
    const app = anApp(entra);
    const refused = await ask(tokens, app);

    const renewed = await Promise.all(Array.from({ length: 20 }, () => ask(tokens, app, { refresh: true })));
    const soonAgain = await ask(tokens, app, { refresh: true });

    expect(new Set([...renewed, soonAgain]).size).toBe(1);
    expect(soonAgain).not.toBe(refused);
    expect(entra.tokenRequests()).toBe(2);
  });

  test("a token is renewed before it expires, and nobody waits for it", async () => {
    await using entra = await startTrustedEntra({ tokenSeconds: 90 });
    const tokens = createEntraTokens();
    const app = anApp(entra);

    const first = await ask(tokens, app);
    const second = await ask(tokens, app);
    await expect.poll(() => entra.tokenRequests()).toBe(2);

    expect(second).toBe(first);
    await expect.poll(() => ask(tokens, app)).not.toBe(first);
  });

  test("a good token outlives an authority that is down, and no rejection is left to end the process", async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on("unhandledRejection", note);
    const tokens = createEntraTokens();
    const entra = await startTrustedEntra({ tokenSeconds: 3 });
    const app = anApp(entra);
    const token = await ask(tokens, app);
    await entra[Symbol.asyncDispose]();

    const during = await Promise.all([ask(tokens, app), ask(tokens, app)]);
    // The library's own second attempt, which nobody waits for, comes after 3 s.
    await setTimeout(3_500);
    const after: unknown = await ask(tokens, app).catch((error: unknown) => error);
    process.off("unhandledRejection", note);

    expect(during).toEqual([token, token]);
    expect(after).toMatchObject({ code: "upstream_unavailable" });
    expect(rejections).toEqual([]);
  });

  test.each([
    { what: "a wrong secret", by: new Secret("cs-wrong-canary"), says: /AADSTS7000215.*secret is wrong/u },
    { what: "an unknown tenant", tenantId: "nobody.example", says: /AADSTS90002.*tenant/u },
  ])("says what is wrong with $what, and nothing that is secret", async ({ by, says, tenantId }) => {
    await using entra = await startTrustedEntra();
    const app = anApp(entra, tenantId === undefined ? {} : { tenantId });

    const asking = ask(createEntraTokens(), app, by === undefined ? {} : { by });
    const failure: unknown = await asking.catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: "upstream_unauthorized", message: expect.stringMatching(says) });
    expect(inspect(failure, { depth: 9 })).not.toMatch(/canary/u);
  });

  test.each([
    ["nobody listens", "https://127.0.0.1:9", "upstream_unavailable"],
    ["the certificate is not trusted", undefined, "upstream_unavailable"],
    ["it is a metadata service", "https://169.254.169.254", "outbound_denied"],
  ])("says that the authority cannot be used when %s", async (_, authorityHost, code) => {
    await using entra = await startTrustedEntra();
    if (authorityHost === undefined) setDefaultCACertificates([]);

    const app = anApp(entra, authorityHost === undefined ? {} : { authorityHost });

    await expect(ask(createEntraTokens(), app)).rejects.toMatchObject({ code });
    expect(entra.tokenRequests()).toBe(0);
  });

  test("a call that is given up does not end the wait of the others", async () => {
    await using entra = await startTrustedEntra();
    const left = new AbortController();
    const getToken = createEntraTokens().getTokenOf(anApp(entra), secret);

    const [gone, stays] = [
      getToken({ refresh: false, signal: left.signal, scope }),
      getToken({ refresh: false, signal: new AbortController().signal, scope }),
    ];
    left.abort(new Error("left"));

    await expect(gone).rejects.toThrow("left");
    expect(entra.checkToken(await stays, scope)).toBe(true);
    expect(entra.tokenRequests()).toBe(1);
  });
});

/** The library reads these by itself: it is how platforms give a workload its identity. */
describe("the identity that a platform gives", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("a workload shows the token file of its platform", async () => {
    await using entra = await startTrustedEntra();
    const file = join(await mkdtemp(join(tmpdir(), "corral-entra-")), "token");
    await writeFile(file, "assertion-of-the-pod");
    vi.stubEnv("AZURE_FEDERATED_TOKEN_FILE", file);
    vi.stubEnv("AZURE_TENANT_ID", entra.tenantId);
    vi.stubEnv("AZURE_CLIENT_ID", entra.clientId);
    const { authorityHost } = entra;

    const token = await ask(createEntraTokens(), {
      kind: "workload-identity",
      tenantId: null,
      clientId: null,
      authorityHost,
    });

    expect(entra.checkToken(token, scope)).toBe(true);
    expect(tokenForms(entra)[0]?.get("client_assertion")).toBe("assertion-of-the-pod");
  });

  test("a machine in Azure asks its own service, for the identity that was named", async () => {
    const clientId = "9b8f5c1a-0000-4000-8000-00000000000a";
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      const expires_on = Math.floor(Date.now() / 1000) + 3600;
      response.end(JSON.stringify({ access_token: "machine-token", expires_on, token_type: "Bearer" }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // safe: a listening TCP server has such an address
    const { port } = server.address() as AddressInfo;
    vi.stubEnv("IDENTITY_ENDPOINT", `http://127.0.0.1:${port}/msi/token`);
    vi.stubEnv("IDENTITY_HEADER", "header");

    const token = await ask(createEntraTokens(), { kind: "managed-identity", clientId });
    server.close();

    expect(token).toBe("machine-token");
    expect(asked[0]).toContain(clientId);
  });

  test("says that this machine has none", async () => {
    const workload = {
      kind: "workload-identity",
      tenantId: null,
      clientId: null,
      authorityHost: null,
    } as const;

    await expect(ask(createEntraTokens(), workload)).rejects.toMatchObject({
      code: "upstream_unauthorized",
      message: expect.stringContaining("AZURE_FEDERATED_TOKEN_FILE"),
    });
  });
});
