import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { Client } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBadInputWorld, type BadInputWorld } from "./support/bad-input-world.ts";
import { clientFor, password } from "./support/people.ts";
import { sendRaw, type RawRequest } from "./support/raw-request.ts";
import { readStoredState } from "./support/stored-state.ts";

let world: BadInputWorld;
beforeAll(async () => {
  world = await createBadInputWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

const json = { "content-type": "application/json" };
const signInForm = JSON.stringify({ email: "bob@example.com", password });
const chat = JSON.stringify({ model: "preset", messages: [{ role: "user", content: "hi" }] });

/** The three doors, each with a request that would be served. */
const doors = {
  trpc: () => ({
    method: "POST",
    path: "/trpc/models.delete",
    headers: as(world.ada.token),
    body: '{"id":"on-preset"}',
  }),
  v1: () => ({ method: "POST", path: "/v1/chat/completions", headers: as(world.key), body: chat }),
  rest: () => ({ method: "POST", path: "/api/v1/auths/signin", headers: json, body: signInForm }),
} satisfies Record<string, () => RawRequest>;
const doorNames = ["trpc", "v1", "rest"] as const;
type Door = (typeof doorNames)[number];

function as(token: string) {
  return { ...json, authorization: `Bearer ${token}` };
}

/** Code and words of a refusal, in whichever form the door gives them. */
function codeOf(text: string): { code: unknown; message: string } {
  const body = JSON.parse(text) as {
    error?: { message: string; code?: string; data?: { errorCode: string } };
    detail?: string;
    code?: string;
  }; // each field is looked at by the tests
  return {
    code: body.error?.data?.errorCode ?? body.error?.code ?? body.code,
    message: body.error?.message ?? body.detail ?? "",
  };
}

async function expectRefused(request: RawRequest, status: number, code: string) {
  const before = await readStoredState(world.server.databaseUrl);

  const answer = await sendRaw(world.server.url, request);

  expect({ status: answer.status, code: codeOf(answer.text).code }).toStrictEqual({ status, code });
  expect(codeOf(answer.text).message).toMatch(/\w{3,}.*[.?!]/u);
  expect(answer.headers["content-type"]).toMatch(/^application\/json/u);
  expect(answer.headers["x-request-id"]).toMatch(/^[\da-f-]{36}$/u);
  expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  expect(await readStoredState(world.server.databaseUrl)).toStrictEqual(before);
  return { ...answer, message: codeOf(answer.text).message };
}

describe.each(doorNames)("at %s", (door: Door) => {
  const good = () => doors[door]();

  test("malformed JSON is a 400 that says where", async () => {
    const { message } = await expectRefused({ ...good(), body: '{"model": oops}' }, 400, "invalid_input");
    expect(message).toMatch(/JSON/u);
  });

  test("half a document is a 400", async () => {
    await expectRefused({ ...good(), body: chat.slice(0, -2) }, 400, "invalid_input");
  });

  test("a depth bomb is a 400", async () => {
    const bomb = `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    const { message } = await expectRefused({ ...good(), body: bomb }, 400, "invalid_input");
    expect(message).toMatch(/nested more than \d+ levels deep/u);
  });

  test("[vector 31] a body beyond the limit is a 413", async () => {
    const bytes = door === "v1" ? 33 * 1024 * 1024 : 1024 * 1024 + 1;
    // announced, not sent: it is refused for its length alone
    const headers = { ...good().headers, "content-length": String(bytes) };
    const { message } = await expectRefused({ ...good(), headers, body: "" }, 413, "payload_too_large");
    expect(message).toMatch(/large/u);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonx",
  ])("[BODY-1] [CSRF-1] a body of type %s is a 415", async (type) => {
    await expectRefused(
      { ...good(), headers: { ...good().headers, "content-type": type } },
      415,
      "unsupported_media_type",
    );
  });

  test("[CSRF-2] [KEY-2] another host's name is a 421, which a re-bound web page cannot get around", async () => {
    const headers = { ...good().headers, host: "evil.example.com" };
    await expectRefused({ ...good(), headers }, 421, "misdirected_request");
    const { host } = new URL(world.server.url);
    await expectRefused(
      { ...good(), path: `http://evil.example.com${good().path}`, headers },
      421,
      "misdirected_request",
    );
    const own = await sendRaw(world.server.url, { path: "/health", headers: { host } });
    expect(own.status).toBe(200);
  });
});

describe("a caller", () => {
  const protectedRequests = {
    trpc: (authorization: string | undefined): RawRequest => ({
      path: "/trpc/models.list",
      headers: authorization === undefined ? {} : { authorization },
    }),
    v1: (authorization: string | undefined): RawRequest => ({
      path: "/v1/models",
      headers: authorization === undefined ? {} : { authorization },
    }),
    rest: (authorization: string | undefined): RawRequest => ({
      path: "/api/v1/auths/api_key",
      headers: authorization === undefined ? {} : { authorization },
    }),
  };

  test.each(doorNames)(
    "without a good credential is a 401 at %s, in the same words whatever is wrong",
    async (door) => {
      const last = (text: string) => text.slice(0, -1) + (text.endsWith("a") ? "b" : "a");
      const credentials = [
        undefined,
        "Bearer ",
        "Bearer garbage",
        `Bearer ${"x".repeat(8_000)}`,
        `Basic ${Buffer.from("bob@example.com:x").toString("base64")}`,
        `Bearer ${last(world.key)}`,
        `Bearer ${last(world.ada.token)}`,
        `Bearer ${world.expiredToken}`,
        `Bearer ${createHmac("sha256", "x").update("x").digest("hex")}`,
      ];
      const texts = new Set<string>();
      for (const credential of credentials) {
        const { message } = await expectRefused(protectedRequests[door](credential), 401, "unauthenticated");
        texts.add(message);
      }

      expect(texts.size).toBe(1);
    },
  );

  test.each(doorNames)("[AC-12] who waits for approval is a 403 at %s", async (door) => {
    const { message } = await expectRefused(
      protectedRequests[door](`Bearer ${world.pendingToken}`),
      403,
      "access_denied",
    );
    expect(message).toMatch(/not approved your account yet/u);
  });

  test.each<[string, () => RawRequest]>([
    [
      "making a key",
      () => ({ method: "POST", path: "/trpc/keys.replaceDefault", headers: as(world.key), body: "{}" }),
    ],
    [
      "making a key by REST",
      () => ({ method: "POST", path: "/api/v1/auths/api_key", headers: as(world.key) }),
    ],
    ["reading the key by REST", () => ({ path: "/api/v1/auths/api_key", headers: as(world.key) })],
    [
      "making an account",
      () => ({ method: "POST", path: "/api/v1/auths/add", headers: as(world.key), body: "{}" }),
    ],
    [
      "changing a connection",
      () => ({
        method: "POST",
        path: "/trpc/connections.delete",
        headers: as(world.key),
        body: JSON.stringify({ uid: world.connectionUid }),
      }),
    ],
    [
      "changing people",
      () => ({
        method: "POST",
        path: "/trpc/users.update",
        headers: as(world.key),
        body: JSON.stringify({ id: world.bob.id, role: "admin" }),
      }),
    ],
  ])("with an API key, even an administrator's, is a 403 for %s", async (_, request) => {
    const { message } = await expectRefused(request(), 403, "access_denied");
    expect(message).toMatch(/An API key cannot do this; sign in instead/u);
  });
});

describe("a batch", () => {
  const many = (paths: readonly string[]): RawRequest => ({
    method: "POST",
    path: `/trpc/${paths.join(",")}?batch=1`,
    headers: as(world.ada.token),
    body: JSON.stringify(Object.fromEntries(paths.map((_, at) => [at, { id: "on-preset" }]))),
  });

  test("[BATCH-1] of eleven is refused whole", async () => {
    const before = await readStoredState(world.server.databaseUrl);
    const { status, text } = await sendRaw(
      world.server.url,
      many(Array.from({ length: 11 }, () => "models.delete")),
    );

    expect(status).toBe(400);
    expect(text).toContain('"errorCode":"invalid_input"');
    expect(text).toMatch(/10/u);
    expect(await readStoredState(world.server.databaseUrl)).toStrictEqual(before);
  });

  test("[BATCH-1] of calls that guess, cost or end a session is refused whole", async () => {
    const before = await readStoredState(world.server.databaseUrl);
    for (const paths of [
      ["auth.signIn", "auth.signIn"],
      ["models.delete", "keys.create"],
      ["models.delete", "auth.signOut"],
    ]) {
      const { status, text } = await sendRaw(world.server.url, many(paths));

      expect(status).toBe(400);
      expect(text).toMatch(/cannot be part of a batch; send it alone/u);
    }
    expect(await readStoredState(world.server.databaseUrl)).toStrictEqual(before);
  });

  test("[BATCH-1] of ten thousand commas costs nothing", async () => {
    const { status } = await sendRaw(world.server.url, {
      ...many([]),
      path: `/trpc/${",".repeat(10_000)}?batch=1`,
    });

    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });
});

describe("a browser", () => {
  async function cookieOfBob(): Promise<string> {
    const { headers } = await sendRaw(world.server.url, {
      method: "POST",
      path: "/trpc/auth.signIn",
      headers: json,
      body: signInForm,
    });
    return String(headers["set-cookie"]).split(";", 1)[0] ?? "";
  }
  const write = (headers: Record<string, string>): RawRequest => ({
    method: "POST",
    path: "/trpc/models.create",
    headers: { ...json, ...headers },
    body: JSON.stringify({ id: "from-the-browser", name: "New", baseModelId: "open-base" }),
  });

  test.each([
    { origin: "https://evil.example.com" },
    { origin: "null" },
    { origin: "http://localhost:1" },
    { origin: "http://127.0.0.1.evil.example.com" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("[CSRF-1] of another site ($origin) cannot write with somebody's cookie", async (headers) => {
    const cookie = await cookieOfBob();

    await expectRefused(write({ ...headers, cookie }), 403, "access_denied");
  });

  test("of our own site can", async () => {
    const cookie = await cookieOfBob();

    const { status } = await sendRaw(world.server.url, write({ cookie, origin: world.server.url }));

    expect(status).toBe(200);
    await world.bob.trpc.models.delete.mutate({ id: "from-the-browser" });
  });

  test("[CSRF-1] cannot use its cookie at /v1 or at the REST routes", async () => {
    const cookie = await cookieOfBob();

    await expectRefused({ path: "/v1/models", headers: { cookie } }, 401, "unauthenticated");
    await expectRefused({ path: "/api/v1/auths/api_key", headers: { cookie } }, 401, "unauthenticated");
  });

  test("whose session has ended is signed out, and can sign in again", async () => {
    const cookie = await cookieOfBob();
    await sendRaw(world.server.url, {
      method: "POST",
      path: "/trpc/auth.signOut",
      headers: { ...json, cookie },
      body: "",
    });

    const session = await sendRaw(world.server.url, { path: "/trpc/auth.session", headers: { cookie } });
    const list = await sendRaw(world.server.url, { path: "/trpc/models.list", headers: { cookie } });
    const again = await sendRaw(world.server.url, {
      method: "POST",
      path: "/trpc/auth.signIn",
      headers: { ...json, cookie },
      body: signInForm,
    });

    expect(session.status).toBe(200);
    expect(JSON.parse(session.text)).toStrictEqual({ result: { data: null } });
    expect(String(session.headers["set-cookie"])).toMatch(/^sid=;.*(?:Max-Age=0|Expires=Thu, 01 Jan 1970)/u);
    expect(list.status).toBe(401);
    expect(again.status).toBe(200);
    expect(String(again.headers["set-cookie"])).toMatch(/^sid=[^;]{30,}/u);
  });
});

describe("an address that nothing answers", () => {
  test.each([
    ["GET", "/nothing"],
    ["GET", "/v1"],
    ["GET", "/v1/"],
    ["GET", "/v1/nothing"],
    ["POST", "/v1/files"],
    ["GET", "/trpc"],
    ["GET", "/trpc/models.nothing"],
    ["GET", "/trpc/__proto__"],
    ["GET", "/trpc/constructor.name"],
    ["GET", "/trpc/models/list"],
    ["GET", "/api/v1/auths/nothing"],
    // the sign-in library's own endpoints
    ["POST", "/api/auth/sign-in/email"],
    ["POST", "/api/auth/sign-up/email"],
    ["GET", "/api/auth/get-session"],
    ["POST", "/api/auth/api-key/create"],
    ["GET", "/auth/session"],
    ["GET", "/api/v1/models/nothing"],
    ["GET", "/models"],
    ["GET", "/api"],
    // methods that the address does not have
    ["GET", "/v1/chat/completions"],
    ["DELETE", "/v1/models"],
    ["PUT", "/api/v1/auths/signin"],
    // tricks with the path
    ["GET", "//v1/models"],
    ["GET", "/v1//models"],
    ["GET", "/V1/models"],
    ["GET", "/v1/models/"],
    ["GET", "/v1/%2e%2e/v1/models"],
    ["GET", "/v1/../v1/models"],
    ["GET", "/nothing/../v1/models"],
    ["GET", "/v1%2fmodels"],
    ["GET", "/v1/models;a=b"],
    ["GET", "/./v1/models"],
    ["GET", "/trpc/..%2fv1%2fmodels"],
    ["GET", "/trpc/%2e%2e/v1/models"],
  ])("[KEY-2] [LIB-4] is a 404 in JSON: %s %s", async (method, path) => {
    const headers = { authorization: `Bearer ${world.key}`, accept: "application/json" };
    const isModel = path === "/v1/models/";
    const { message } = await expectRefused(
      { method, path, headers },
      404,
      isModel ? "model_not_found" : "route_not_found",
    );
    expect(message).not.toBe("");
  });

  test.each(["/%zz", "/v1/models/%zz", "/v1/%ff", "/trpc/%c0%af"])(
    "is a 400 in JSON where it is no address: %s",
    async (path) => {
      const headers = { authorization: `Bearer ${world.key}` };
      await expectRefused({ path, headers }, 400, "invalid_input");
    },
  );

  test("is a 405 for a write that is sent as a read", async () => {
    const input = encodeURIComponent('{"id":"on-preset"}');
    await expectRefused(
      { path: `/trpc/models.delete?input=${input}`, headers: as(world.ada.token) },
      405,
      "method_not_allowed",
    );
  });

  test("is a 400 or 404 for a read with a method of its own", async () => {
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      const { status } = await sendRaw(world.server.url, {
        method,
        path: "/trpc/models.list",
        headers: as(world.ada.token),
        body: "{}",
      });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });
});

describe("headers", () => {
  test("beyond 16 KiB are a 431 in JSON", async () => {
    const answer = await sendRaw(world.server.url, {
      path: "/health",
      headers: { "x-large": "x".repeat(17_000) },
    });

    expect(answer.status).toBe(431);
    expect(answer.headers).toMatchObject({ connection: "close", "cache-control": "no-store" });
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "payload_too_large" } });
  });

  test("beyond what is read still let the answer through, and the next request finds another connection", async () => {
    // one connection: the client has to learn that it ends
    await using resources = new AsyncDisposableStack();
    const client = resources.adopt(new Client(world.server.url), (one) => one.destroy());
    for (const size of [17_000, 900_000]) {
      const refused = await client.request({
        method: "GET",
        path: "/health",
        headers: { "x-large": "x".repeat(size) },
      });
      expect(refused.statusCode).toBe(431);
      await refused.body.dump();

      const next = await client.request({ method: "GET", path: "/health" });
      expect(next.statusCode).toBe(200);
      await next.body.dump();
    }
  });

  test("that are none are a 400 in JSON", async () => {
    const { port } = new URL(world.server.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.end("no method\r\n\r\n");
    const text = (await socket.toArray()).join("");

    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/u);
    expect(text).toContain('"code":"invalid_input"');
  });

  test.each([
    ["no-number", 400, "invalid_input"],
    ["other-epoch.1", 400, "invalid_input"],
  ])("that ask for a revision like %s are refused", async (revision, status, code) => {
    const headers = { ...as(world.ada.token), "x-corral-min-revision": revision };
    await expectRefused({ path: "/trpc/models.list", headers }, status, code);
  });

  test("name no product and forbid what a page could do with an answer", async () => {
    for (const path of ["/health", "/v1/models", "/nothing", "/trpc/auth.session"]) {
      const { headers } = await sendRaw(world.server.url, { path });
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "permissions-policy": expect.any(String),
      });
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
      expect(headers["server"]).toBeUndefined();
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });
});

test("broken JSON is quoted neither in the answer nor in the log", async () => {
  const secret = "hunter2";
  const body = `{"password":"${secret}" oops}`;
  const asked: RawRequest[] = [
    ...doorNames.map((door) => ({ ...doors[door](), body })),
    { path: `/trpc/models.get?input=${encodeURIComponent(body)}`, headers: as(world.ada.token) },
  ];
  for (const request of asked) {
    const { text } = await expectRefused(request, 400, "invalid_input");
    expect(text).not.toContain(secret);
  }

  expect(world.server.logged()).not.toContain(secret);
});

test("the typed client shows what is wrong, also where the request is refused before tRPC sees it", async () => {
  const description = "x".repeat(2 * 1024 * 1024);
  const tooLarge = world.ada.trpc.models.create.mutate({
    id: "large",
    name: "Large",
    baseModelId: "open-base",
    meta: { description },
  });

  await expect(tooLarge).rejects.toMatchObject({
    message: expect.stringMatching(/large/u),
    data: { errorCode: "payload_too_large", httpStatus: 413, remedy: "Send less at once." },
  });
  await expect(clientFor(world.server.url, "garbage").models.list.query({})).rejects.toMatchObject({
    data: { errorCode: "unauthenticated", httpStatus: 401 },
  });
});
