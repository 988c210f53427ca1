import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { pixel } from "../support/records-world.ts";
import { form, idsOf, postChat, startConformanceWorld, type ConformanceWorld } from "./conformance-world.ts";
import { RestCaller } from "./rest-caller.ts";

/* The holes that the reference's section 11.2 found, under its numbers. None of them may come back. */

const upstreamKey = "sk-canary-0123456789abcdef";

let world: ConformanceWorld;
let nobody: RestCaller;
beforeAll(async () => {
  world = await startConformanceWorld();
  const { ada, openai, server, connect } = world;
  nobody = new RestCaller(server.url);
  await ada.rest.post("/models/model/update", { id: "qwen3:8b", access_control: null });
  await ada.rest.post("/models/create", form("private", { params: { system: "the secret prompt" } }));
  const address = { provider: "openai", url: openai.baseUrl, prefix: "keyed" } as const;
  await connect({ ...address, name: "Keyed", authType: "bearer", key: upstreamKey });
});
afterAll(async () => world[Symbol.asyncDispose]());

const messages = [{ role: "user", content: "hello" }];

test("1: no parameter of the address passes by the rights", async () => {
  const { bob } = world;
  const call = { model: "private", messages };
  const paths = [
    "/v1/chat/completions",
    "/openai/chat/completions",
    "/ollama/api/chat",
    "/api/chat/completions",
  ];

  const answers = await Promise.all(paths.map((path) => bob.rest.post(`${path}?bypass_filter=true`, call)));

  expect(answers.map(({ status }) => status)).toStrictEqual(paths.map(() => 404));
});

test("2: nothing is passed on to a provider but what has a route", async () => {
  const { ada, bob, openai } = world;
  openai.journal.clear();

  const answers = await Promise.all([
    bob.rest.get("/openai/files"),
    bob.rest.post("/openai/fine_tuning/jobs", {}),
    bob.rest.delete("/openai/assistants/one"),
    ada.rest.get("/openai/organization/costs"),
  ]);

  expect(answers.map(({ status }) => status)).toStrictEqual([404, 404, 404, 404]);
  expect(openai.journal.entries()).toStrictEqual([]);
});

test("3: every Ollama call asks for the right to the model, and no index leads around it", async () => {
  const { bob, ollama } = world;
  ollama.journal.clear();
  const calls = ["generate", "embed", "embeddings", "show", "chat"].flatMap((call) => [call, `${call}/0`]);

  const answers = await Promise.all(
    calls.map((call) =>
      bob.rest.post(`/ollama/api/${call}`, {
        model: "spare:1b",
        prompt: "x",
        input: "x",
        messages,
        stream: false,
      }),
    ),
  );

  expect(answers.filter(({ status }) => status !== 404 && status !== 403)).toStrictEqual([]);
  expect(ollama.journal.entries().filter(({ method }) => method === "POST")).toStrictEqual([]);
});

test("4: an import writes over nobody else's model", async () => {
  const { ada, bob } = world;

  const { body } = await bob.rest.post("/models/import", [form("private", { name: "Taken over" })]);

  expect(body["counts"]).toMatchObject({ created: 0, updated: 0 });
  expect((await ada.rest.get("/models/model?id=private")).body["name"]).toBe("private");
});

test("5: only administrators store anything about a provider's model", async () => {
  const { bob } = world;
  const override = { id: "qwen3:8b", name: "Mine", base_model_id: null, params: {}, meta: {} };

  const answers = await Promise.all([
    bob.rest.post("/models/create", override),
    bob.rest.post("/models/model/update", override),
    bob.rest.post("/models/model/access/update", { id: "qwen3:8b", access_grants: [] }),
    bob.rest.post("/models/model/toggle?id=qwen3:8b"),
  ]);
  const imported = await bob.rest.post("/models/import", [override]);

  expect(answers.map(({ status }) => status)).toStrictEqual([403, 403, 403, 403]);
  expect(imported.body["items"]?.[0]?.["outcome"]).toBe("forbidden");
});

test("6: leaving the access out opens nothing", async () => {
  const { ada, bob } = world;

  const { body } = await ada.rest.post(
    "/api/v1/models/model/update",
    form("private", { meta: { description: "x" } }),
  );

  expect(body["access_control"]).toStrictEqual({});
  expect((await bob.rest.get("/models/model?id=private")).status).toBe(404);
  await ada.rest.post("/models/model/update", { id: "private", params: { system: "the secret prompt" } });
});

test("7: a name for several models opens none of them", async () => {
  const { ada, bob } = world;
  await ada.trpc.aliases.create.mutate({ id: "arena", targets: [{ id: "private" }] });

  const called = await postChat(bob, "arena");
  const listed = await bob.rest.get("/api/models");

  expect(called.status).toBe(404);
  expect(idsOf(listed)).not.toContain("arena");
});

test("8: sharing with everybody is decided by the server", async () => {
  const { bob } = world;
  await bob.rest.post("/models/create", form("modest"));
  const everybody = [{ principal_type: "user", principal_id: "*", permission: "read" }];

  const answers = await Promise.all([
    bob.rest.post("/models/create", form("bold", { access_control: null })),
    bob.rest.post("/models/create", form("bold", { access_grants: everybody })),
    bob.rest.post("/models/model/update", { id: "modest", access_control: null }),
    bob.rest.post("/models/model/access/update", { id: "modest", access_grants: everybody }),
  ]);
  await bob.rest.post("/models/import", [form("imported", { access_control: null })]);

  expect(answers.map(({ status }) => status)).toStrictEqual([403, 403, 403, 403]);
  expect((await bob.rest.get("/models/model?id=imported")).body["access_control"]).toStrictEqual({});
});

test("9: neither a cookie nor the caller's own token reaches a provider", async () => {
  const { ada, ollama, server } = world;

  await fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${ada.token}`,
      cookie: "sid=a-cookie; oauth_session_id=another",
      "content-type": "application/json",
    },
    body: JSON.stringify({ model: "qwen3:8b", messages }),
  });

  const sent = JSON.stringify(ollama.journal.of("/api/chat").at(-1)?.headers);
  expect(sent).not.toMatch(/cookie/u);
  expect(sent).not.toContain(ada.token);
});

test("10: no answer and no export holds a key", async () => {
  const { ada } = world;
  const paths = [
    "/api/config",
    "/api/v1/configs/models",
    "/api/v1/configs/connections",
    "/api/v1/configs/export",
    "/openai/config",
    "/ollama/config",
    "/models/export",
    "/models/list?limit=100",
    "/api/models/base",
  ];

  const { body: config } = await ada.rest.get("/openai/config");

  const answers = await Promise.all([
    ...paths.map((path) => ada.rest.get(path)),
    ada.rest.post("/openai/config/update", config),
    ada.rest.post("/openai/verify", { url: "http://127.0.0.1:9/v1", key: upstreamKey }),
  ]);

  expect(answers.map(({ status }) => status)).toStrictEqual([...paths.map(() => 200), 200, 500]);
  for (const { body } of answers) expect(JSON.stringify(body)).not.toContain(upstreamKey);
});

test("11: the server fetches no address that a caller chose, and sends nobody there", async () => {
  const { ada, bob, server } = world;
  const address = "http://169.254.169.254/latest";
  await bob.rest.post(
    "/models/create",
    form("pictured", { meta: { profile_image_url: "https://pictures.example.com/x.png" } }),
  );

  const verified = await failureOf(
    ada.trpc.connections.verify.mutate({ draft: { provider: "openai", url: address, authType: "none" } }),
  );
  const image = await fetch(`${server.url}/models/model/profile/image?id=pictured`, {
    headers: { authorization: `Bearer ${bob.token}` },
    redirect: "manual",
  });
  const arrays = await Promise.all([
    ada.rest.post("/openai/verify", { url: address, key: "" }),
    ada.rest.post("/openai/verify", {
      url: address,
      key: "k",
      config: { azure: true, api_version: "2024-10-21" },
    }),
    ada.rest.post("/ollama/verify", { url: "http://[::ffff:169.254.169.254]" }),
    ada.rest.post("/openai/config/update", { OPENAI_API_BASE_URLS: [address] }),
    ada.rest.post("/ollama/config/update", { OLLAMA_BASE_URLS: [server.url] }),
    ada.rest.post("/api/v1/configs/import", { config: { openai: { api_base_urls: [address] } } }),
  ]);

  expect(verified.errorCode).toBe("outbound_denied");
  for (const { status, body } of arrays)
    expect([status, body["code"]]).toStrictEqual([400, "outbound_denied"]);
  expect((await ada.trpc.connections.list.query()).connections.length).toBeGreaterThan(2);
  expect([image.status, image.headers.get("content-type")]).toStrictEqual([200, "image/svg+xml"]);
});

test("12: two people who list at once each see their own", async () => {
  const { bob, eve } = world;
  await bob.rest.post("/models/create", form("bobs"));
  await eve.rest.post("/models/create", form("eves"));
  const lists = ["/models/list?limit=100", "/api/models", "/api/v1/models/list", "/models/export"];

  for (const list of lists) {
    const asked = Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? bob : eve).rest.get(list));
    const found = (await Promise.all(asked)).map((answer) =>
      idsOf(answer).filter((id) => /^(?:bobs|eves)$/u.test(id)),
    );
    expect(found).toStrictEqual(asked.map((_, at) => [at % 2 === 0 ? "bobs" : "eves"]));
  }
});

test("13: strangers learn nothing of the providers", async () => {
  const answers = await Promise.all(
    ["/ollama/api/version", "/ollama/api/tags", "/openai/models", "/api/models", "/models/base"].map((path) =>
      nobody.get(path),
    ),
  );

  for (const { status } of answers) expect([401, 404]).toContain(status);
});

test("14: a key counts in one header alone, where its scopes are looked at", async () => {
  const { bob, server } = world;
  const { key } = await bob.trpc.keys.create.mutate({ name: "calls only", scopes: ["gateway:invoke"] });

  const byHeader = await fetch(`${server.url}/models/list`, { headers: { "x-api-key": key } });
  const byCookie = await fetch(`${server.url}/models/list`, { headers: { cookie: `token=${key}` } });
  const byBearer = await new RestCaller(server.url, key).get("/models/list");

  expect([byHeader.status, byCookie.status, byBearer.status]).toStrictEqual([401, 401, 403]);
});

test("15: an empty sync deletes nothing", async () => {
  const { ada } = world;
  const before = (await ada.rest.get("/models/export")).body.length;

  const answers = [
    await ada.rest.post("/models/sync", {}),
    await ada.rest.post("/models/sync", { models: [] }),
    await ada.rest.post("/api/v1/models/sync", []),
    await ada.rest.post("/models/sync"),
  ];

  expect(answers.map(({ status }) => status)).toStrictEqual([400, 400, 400, 400]);
  expect((await ada.rest.get("/models/export")).body.length).toBe(before);
});

test("16: readers see no params and no prompt, on no route", async () => {
  const { ada, bob } = world;
  await ada.rest.post(
    "/models/create",
    form("readable", { access_control: null, params: { system: "the secret prompt", temperature: 0.123 } }),
  );
  const paths = [
    "/models/list?query=readable",
    "/api/v1/models/list?query=readable",
    "/models/model?id=readable",
    "/api/v1/models/model?id=readable",
    "/api/models",
    "/models/export",
  ];

  const texts = (await Promise.all(paths.map((path) => bob.rest.get(path)))).map(({ body }) =>
    JSON.stringify(body),
  );

  for (const text of texts) expect(text).not.toMatch(/the secret prompt|0\.123/u);
  expect(texts[2]).toContain("readable");
});

test("17: a picture is for those who may read the model, and is one", async () => {
  const { ada, bob } = world;
  const html = `data:image/png;base64,${Buffer.from("<script>").toString("base64")}`;

  const refused = await ada.rest.post("/models/model/update", {
    id: "private",
    meta: { profile_image_url: html },
  });
  await ada.rest.post("/models/model/update", { id: "private", meta: { profile_image_url: pixel } });
  const shown = await ada.rest.get("/api/v1/models/model/profile/image?id=private");
  const hidden = await bob.rest.get("/api/v1/models/model/profile/image?id=private");

  expect([refused.status, String(refused.body["detail"])]).toStrictEqual([
    400,
    expect.stringContaining("png"),
  ]);
  expect([shown.status, shown.headers.get("content-type"), hidden.status]).toStrictEqual([
    200,
    "image/png",
    404,
  ]);
  expect(shown.headers.get("x-content-type-options")).toBe("nosniff");
});

test("18: who may change a model hands out access only with the right to share", async () => {
  const { ada, bob, eve } = world;
  const grants = { write: { user_ids: [bob.id] } };
  await ada.rest.post("/models/create", form("lent", { access_control: grants }));
  const before = (await ada.trpc.settings.get.query()).memberPermissions;
  const memberPermissions = before.filter((permission) => permission !== "models.share");
  await ada.trpc.settings.update.mutate({ memberPermissions });

  const handedOut = await bob.rest.post("/models/model/update", {
    id: "lent",
    access_control: { read: { user_ids: [eve.id] }, ...grants },
  });
  const edited = await bob.rest.post("/models/model/update", {
    id: "lent",
    name: "Edited",
    access_control: grants,
  });

  await ada.trpc.settings.update.mutate({ memberPermissions: before });
  expect([handedOut.status, edited.status]).toStrictEqual([403, 200]);
});
