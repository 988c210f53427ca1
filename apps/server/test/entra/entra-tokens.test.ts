import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inspect } from "node:util";
import { Secret, type EntraCredential } from "@corral/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createEntraTokens, type EntraTokens } from "../../src/entra/create-entra-tokens.ts";
import { entraApp, startEntraAuthority } from "../support/start-entra-authority.ts";

const scope = "https://cognitiveservices.azure.com/.default";
const secret = new Secret(entraApp.clientSecret);

function anApp(authorityHost: string, change: { readonly tenantId?: string } = {}): EntraCredential {
  const { tenantId, clientId } = entraApp;
  return { kind: "client-secret", tenantId, clientId, authorityHost, ...change };
}

function ask(
  tokens: EntraTokens,
  credential: EntraCredential,
  need: { refresh?: boolean; by?: Secret } = {},
) {
  const { signal } = new AbortController();
  const getToken = tokens.getTokenOf(credential, need.by ?? secret);
  return getToken({ refresh: need.refresh ?? false, signal, scope });
}

describe("tokens of Entra ID", () => {
  test("[vector 56] a hundred calls on a cold start ask for one token, and later ones for none", async () => {
    await using authority = await startEntraAuthority();
    const tokens = createEntraTokens();
    const app = anApp(authority.url);

    const first = await Promise.all(Array.from({ length: 100 }, () => ask(tokens, app)));
    const later = await ask(tokens, app);

    expect(new Set([...first, later])).toEqual(new Set([authority.given[0]]));
    expect(authority.asked).toHaveLength(1);
    expect(Object.fromEntries(authority.asked[0] ?? [])).toMatchObject({
      grant_type: "client_credentials",
      client_id: entraApp.clientId,
      scope,
    });
  });

  test("[vector 56] a refused token is replaced once, however many calls it was refused to", async () => {
    await using authority = await startEntraAuthority();
    const tokens = createEntraTokens();
    const app = anApp(authority.url);
    const refused = await ask(tokens, app);

    const renewed = await Promise.all(Array.from({ length: 20 }, () => ask(tokens, app, { refresh: true })));
    const soonAgain = await ask(tokens, app, { refresh: true });

    expect(new Set([...renewed, soonAgain])).toEqual(new Set([authority.given[1]]));
    expect(renewed[0]).not.toBe(refused);
    expect(authority.given).toHaveLength(2);
  });

  test("a token is renewed before it expires, and nobody waits for it", async () => {
    await using authority = await startEntraAuthority();
    authority.expiresInS = 90;
    const tokens = createEntraTokens();
    const app = anApp(authority.url);

    const first = await ask(tokens, app);
    const second = await ask(tokens, app);
    await expect.poll(() => authority.given).toHaveLength(2);
    const third = await ask(tokens, app);

    expect([first, second]).toEqual([authority.given[0], authority.given[0]]);
    expect(third).toBe(authority.given[1]);
  });

  test("a good token outlives an authority that is down, and no rejection is left to end the process", async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on("unhandledRejection", note);
    const tokens = createEntraTokens();
    let app = anApp("https://localhost:9");
    let token: string;
    {
      await using authority = await startEntraAuthority();
      authority.expiresInS = 3;
      app = anApp(authority.url);
      token = await ask(tokens, app);
    }

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
  ])("says what is wrong with $what, and nothing that is secret", async (row) => {
    await using authority = await startEntraAuthority();
    const { tenantId = entraApp.tenantId, by = secret } = row;

    const asking = ask(createEntraTokens(), anApp(authority.url, { tenantId }), { by });
    const failure: unknown = await asking.catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: "upstream_unauthorized",
      message: expect.stringMatching(row.says),
    });
    expect(inspect(failure, { depth: 9 })).not.toMatch(/canary/u);
  });

  test.each([
    ["nobody listens", "https://127.0.0.1:9", "upstream_unavailable"],
    ["the certificate is not trusted", "", "upstream_unavailable"],
    ["it is a metadata service", "https://169.254.169.254", "outbound_denied"],
  ])("says that the authority cannot be used when %s", async (_, address, code) => {
    await using authority = await startEntraAuthority();
    const { setDefaultCACertificates } = await import("node:tls");
    if (address === "") setDefaultCACertificates([]);

    const asking = ask(createEntraTokens(), anApp(address === "" ? authority.url : address));

    await expect(asking).rejects.toMatchObject({ code });
    expect(authority.given).toEqual([]);
  });

  test("a call that is given up does not end the wait of the others", async () => {
    await using authority = await startEntraAuthority();
    const tokens = createEntraTokens();
    const left = new AbortController();
    const getToken = tokens.getTokenOf(anApp(authority.url), secret);

    const [gone, stays] = [
      getToken({ refresh: false, signal: left.signal, scope }),
      getToken({ refresh: false, signal: new AbortController().signal, scope }),
    ];
    left.abort(new Error("left"));

    await expect(gone).rejects.toThrow("left");
    await expect(stays).resolves.toBe("entra-canary-token-1");
    expect(authority.asked).toHaveLength(1);
  });
});

/** The library reads these by itself: it is how platforms give a workload its identity. */
describe("the identity that a platform gives", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("a workload shows the token file of its platform", async () => {
    await using authority = await startEntraAuthority();
    const file = join(await mkdtemp(join(tmpdir(), "corral-entra-")), "token");
    await writeFile(file, "assertion-canary");
    vi.stubEnv("AZURE_FEDERATED_TOKEN_FILE", file);
    vi.stubEnv("AZURE_TENANT_ID", entraApp.tenantId);
    vi.stubEnv("AZURE_CLIENT_ID", entraApp.clientId);
    const workload = {
      kind: "workload-identity",
      tenantId: null,
      clientId: null,
      authorityHost: authority.url,
    } as const;

    const token = await ask(createEntraTokens(), workload);

    expect(token).toBe(authority.given[0]);
    expect(authority.asked[0]?.get("client_assertion")).toBe("assertion-canary");
  });

  test("a machine in Azure asks its own service, for the identity that was named", async () => {
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
    vi.stubEnv("IDENTITY_HEADER", "header-canary");

    const token = await ask(createEntraTokens(), { kind: "managed-identity", clientId: entraApp.clientId });
    server.close();

    expect(token).toBe("machine-token");
    expect(asked[0]).toContain(entraApp.clientId);
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
