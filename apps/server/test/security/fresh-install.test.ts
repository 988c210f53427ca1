import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseEnv } from "../../src/env.ts";
import { failureOf } from "../support/failure-of.ts";
import { clientFor, password, signUpAdministrator, type Person } from "../support/people.ts";
import { sendRaw, type RawRequest } from "../support/raw-request.ts";
import { asJson, toMutation } from "../support/refusals.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer();
  ada = await signUpAdministrator(server);
});
afterAll(async () => server[Symbol.asyncDispose]());

describe("a fresh installation", () => {
  test("[CFG-1] listens on this machine alone, and trusts no proxy", () => {
    const parsed = parseEnv({});

    expect(parsed).toMatchObject({
      ok: true,
      env: { host: "127.0.0.1", trustProxy: [], defaultVisibility: "private", administrator: null },
    });
  });

  test("[CFG-1] has closed its sign-up, and shows members no model", async () => {
    const account = { email: "eve@example.com", password, name: "Eve" };

    expect(await clientFor(server.url).auth.setupState.query()).toStrictEqual({
      needsAdministrator: false,
      signUpOpen: false,
    });
    expect((await failureOf(clientFor(server.url).auth.signUp.mutate(account))).errorCode).toBe(
      "signup_closed",
    );
    const { connections } = await ada.trpc.connections.list.query();
    expect(connections.filter(({ defaultVisibility }) => defaultVisibility.kind !== "private")).toStrictEqual(
      [],
    );
  });

  test.each(["https://evil.example.com", "null", "http://localhost:1"])(
    "[CFG-1] [CSRF-1] lets no page of %s read an answer",
    async (origin) => {
      for (const path of ["/v1/models", "/trpc/auth.session", "/health", "/api/v1/auths/api_key"]) {
        const preflight = await sendRaw(server.url, {
          method: "OPTIONS",
          path,
          headers: {
            origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization",
          },
        });
        const answer = await sendRaw(server.url, { path, headers: { origin, ...asJson(ada.token) } });

        for (const { headers } of [preflight, answer]) {
          expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toStrictEqual([]);
        }
        expect(preflight.status).toBeGreaterThanOrEqual(400);
      }
    },
  );

  test("[CFG-1] [CSRF-1] signs in by a cookie that no script reads and no other site sends along", async () => {
    const { headers } = await sendRaw(server.url, {
      method: "POST",
      path: "/trpc/auth.signIn",
      headers: { "content-type": "application/json", origin: server.url },
      body: JSON.stringify({ email: "ada@example.com", password }),
    });

    expect(String(headers["set-cookie"])).toMatch(/^sid=/u);
    expect(String(headers["set-cookie"])).toMatch(/HttpOnly/u);
    expect(String(headers["set-cookie"])).toMatch(/SameSite=Lax/u);
  });
});

describe("trying a connection", () => {
  const draft = { provider: "openai", url: "http://127.0.0.1:9", authType: "none" };

  test.each(["command", "args", "env", "transport", "socketPath", "headersFile", "proxyCommand"])(
    "[CFG-2] takes no %s, as saving it does not",
    async (field) => {
      const extra = { [field]: ["id"] };
      for (const request of [
        toMutation("connections.verify", { draft: { ...draft, ...extra } }, ada.token),
        toMutation("connections.verify", { draft, ...extra }, ada.token),
        toMutation("connections.create", { ...draft, name: "x", ...extra }, ada.token),
      ]) {
        const { status, text } = await sendRaw(server.url, request);

        expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining(field) });
      }
    },
  );
});

describe("every answer", () => {
  const requests: readonly RawRequest[] = [
    { path: "/" },
    { path: "/health" },
    { path: "/ready" },
    { path: "/nothing" },
    { path: "/%zz" },
    { path: "/v1/models" },
    { path: "/v1/nothing" },
    { path: "/trpc/auth.session" },
    { path: "/trpc/no.such" },
    { path: "/api/v1/auths/api_key" },
    { path: "/models/model/profile/image?id=x" },
    { path: "/models/model/profile/image" },
    { method: "POST", path: "/api/v1/auths/signin", body: "{" },
    { method: "POST", path: "/v1/chat/completions", headers: { "content-type": "text/plain" }, body: "x" },
    { method: "OPTIONS", path: "/v1/models" },
    { path: "/health", headers: { host: "evil.example.com" } },
  ];

  test.each(requests.map((request) => [`${request.method ?? "GET"} ${request.path}`, request] as const))(
    "[HDR-1] of %s says what browsers must not do with it",
    async (_, request) => {
      for (const token of [undefined, ada.token]) {
        const credential = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const { headers } = await sendRaw(server.url, {
          ...request,
          headers: { ...credential, ...request.headers },
        });

        expect(headers).toMatchObject({
          "x-content-type-options": "nosniff",
          "cache-control": expect.stringMatching(/^(?:no-store|private, no-cache)$/u),
          "x-request-id": expect.stringMatching(/^[\da-f-]{36}$/u),
        });
        // an address that is none is answered before anything is known about it
        if (request.path !== "/%zz") {
          expect(headers["content-security-policy"]).toMatch(/^default-src 'none'/u);
          expect(headers["referrer-policy"]).toBe("no-referrer");
        }
        expect([headers["server"], headers["x-powered-by"]]).toStrictEqual([undefined, undefined]);
      }
    },
  );
});

describe("forwarding headers", () => {
  test("[LIB-1] of nobody we trust change neither host, protocol nor the address that limits count", async () => {
    const forwarded = {
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-host": "evil.example.com",
      "x-forwarded-proto": "https",
      forwarded: "for=203.0.113.9;host=evil.example.com;proto=https",
    };

    const { headers, status } = await sendRaw(server.url, { path: "/health", headers: forwarded });
    await sendRaw(server.url, {
      method: "POST",
      path: "/trpc/auth.signIn",
      headers: { "content-type": "application/json", ...forwarded },
      body: JSON.stringify({ email: "ada@example.com", password }),
    });
    const { sessions } = await ada.trpc.auth.sessions.query();

    expect(status).toBe(200);
    expect(headers["strict-transport-security"]).toBeUndefined();
    expect(sessions.length).toBeGreaterThan(1);
    expect(new Set(sessions.map(({ address }) => address))).toStrictEqual(new Set(["127.0.0.1"]));
    expect(server.logged()).not.toContain("203.0.113.9");
  });

  test.each([
    "application/json\t; charset=utf-8",
    "application/json\ttext/plain",
    "application/json;a\tb",
    "a/b\tapplication/json",
  ])("[LIB-1] a content type that is written oddly does not go past the parser: %j", async (type) => {
    const body = '{"model":"x","__proto__":{"a":1}}';
    const { status, text } = await sendRaw(server.url, {
      method: "POST",
      path: "/v1/chat/completions",
      headers: { ...asJson(ada.token), "content-type": type },
      body,
    });

    expect([400, 415]).toContain(status);
    expect(text).toMatch(/__proto__|unsupported_media_type/u);
  });
});
