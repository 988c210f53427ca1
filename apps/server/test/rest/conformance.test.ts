import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { form, idsOf, postChat, startConformanceWorld, type ConformanceWorld } from "./conformance-world.ts";

/*
 * The checks of the reference's section 14, under its numbers, as decided here. 9 to 12 and 14 to 16, which are about
 * providers, are in conformance-providers.test.ts.
 */

let world: ConformanceWorld;
beforeAll(async () => {
  world = await startConformanceWorld();
  const { ada } = world;
  await ada.rest.post("/models/model/update", { id: "qwen3:8b", access_control: null });
});
afterAll(async () => world[Symbol.asyncDispose]());

test("1: a new model has its defaults; a taken id is 401, one that is too long and a missing field 400", async () => {
  const { bob } = world;

  const made = await bob.rest.post("/models/create", form("one"));
  const again = await bob.rest.post("/models/create", form("one"));
  const long = await bob.rest.post("/models/create", form("x".repeat(257)));
  const { params: _, ...incomplete } = form("two");
  const missing = await bob.rest.post("/models/create", incomplete);

  expect(made.body).toMatchObject({
    is_active: true,
    access_control: {},
    meta: { description: null, capabilities: null },
  });
  expect([made, again, long, missing].map(({ status }) => status)).toStrictEqual([200, 401, 400, 400]);
});

test("2: an update without access leaves it, an explicit null makes public", async () => {
  const { ada, eve } = world;
  const access = { read: { user_ids: [eve.id] } };
  await ada.rest.post("/models/create", form("shared", { access_control: access }));

  const kept = await ada.rest.post("/models/model/update", { id: "shared", name: "Shared" });
  const open = await ada.rest.post("/models/model/update", { id: "shared", access_control: null });

  expect(kept.body["access_control"]).toMatchObject(access);
  expect(open.body).toMatchObject({
    access_control: null,
    access_grants: [{ principal_type: "user", principal_id: "*", permission: "read" }],
  });
});

test("3: a reader may get and not change; write implies read", async () => {
  const { ada, bob, eve } = world;
  await ada.rest.post(
    "/models/create",
    form("public", { access_control: null, params: { system: "secret" } }),
  );
  await ada.rest.post(
    "/models/create",
    form("writable", { access_control: { write: { user_ids: [eve.id] } } }),
  );

  const got = await bob.rest.get("/models/model?id=public");
  const refused = await Promise.all([
    bob.rest.post("/models/model/update", { id: "public", name: "Mine" }),
    bob.rest.post("/models/model/toggle?id=public"),
    bob.rest.post("/models/model/delete", { id: "public" }),
    bob.rest.post("/models/model/access/update", { id: "public", access_grants: [] }),
  ]);
  const written = await eve.rest.get("/models/model?id=writable");
  const changed = await eve.rest.post("/models/model/update", { id: "writable", name: "By Eve" });

  expect(got.body).toMatchObject({ params: {}, write_access: false });
  expect(refused.map(({ status }) => status)).toStrictEqual([403, 403, 403, 403]);
  expect(written.body["write_access"]).toBe(true);
  expect(changed.body["name"]).toBe("By Eve");
});

test("4: the list has pages of 30 that hold together, a right total, literal queries and exact tags", async () => {
  const { eve } = world;
  const models = Array.from({ length: 65 }, (_, at) =>
    form(`page-${String(at).padStart(2, "0")}`, {
      meta: { tags: [{ name: at % 2 === 0 ? "Even" : "Evening" }] },
    }),
  );
  await eve.rest.post("/models/import", { models });
  await eve.rest.post("/models/create", form("100% true"));
  const list = (query: string) => eve.rest.get(`/api/v1/models/list?view_option=created&${query}`);

  const first = await list("order_by=name&direction=asc&query=page-");
  await eve.rest.post("/models/create", form("page-zz"));
  const second = await list("order_by=name&direction=asc&query=page-&page=2");
  const third = await list("order_by=name&direction=asc&query=page-&page=3");
  const percent = await list("query=%25");
  const tagged = await list("tag=even");
  const unknown = await list("order_by=nothing");
  const usual = await list("");

  const seen = [first, second, third].flatMap(idsOf);
  expect([first, second, third].map(({ body }) => body["items"]?.length)).toStrictEqual([30, 30, 6]);
  expect(new Set(seen).size).toBe(66);
  expect([first.body["total"], third.body["total"]]).toStrictEqual([65, 66]);
  expect(idsOf(percent)).toStrictEqual(["100% true"]);
  expect(tagged.body["total"]).toBe(33);
  expect(idsOf(unknown)).toStrictEqual(idsOf(usual));
});

test("5: /api/models shows a member what is theirs to read, hidden ones too, and nothing inactive", async () => {
  const { ada, bob } = world;
  await ada.rest.post("/models/create", form("five-open", { access_control: null }));
  await ada.rest.post("/models/create", form("five-closed", { access_control: {} }));
  await ada.rest.post("/models/create", form("five-off", { access_control: null, is_active: false }));
  await ada.rest.post(
    "/models/create",
    form("five-hidden", { access_control: null, meta: { hidden: true } }),
  );
  await bob.rest.post("/models/create", form("five-own"));

  const ids = idsOf(await bob.rest.get("/api/models"));

  expect(ids.filter((id) => id.startsWith("five-")).toSorted()).toStrictEqual([
    "five-hidden",
    "five-open",
    "five-own",
  ]);
  expect(ids).toContain("qwen3:8b");
  expect(ids).not.toContain("gpt-4o");
});

test("6: what is said of a base name holds for its tags, an exact override wins", async () => {
  const { ada } = world;
  const tag = (name: string) => ({ tags: [{ name }] });
  await ada.trpc.baseNames.save.mutate({ name: "llama3", meta: tag("all tags") });
  await ada.rest.post("/models/model/update", { id: "llama3:8b", meta: tag("this one") });

  const { body } = await ada.rest.get("/models/list?query=llama3&kind=base&order_by=name&direction=asc");

  const tags = body["items"]?.map(({ id, meta }) => [id, meta?.["tags"]?.map(({ name }) => name)]);
  expect(tags).toStrictEqual([
    ["llama3:8b", ["this one"]],
    ["llama3:70b", ["all tags"]],
  ]);
});

test("7: a custom model whose base is missing is listed as such, and its call is 404", async () => {
  const { ada } = world;
  await ada.rest.post("/models/import", [form("orphan", { base_model_id: "never:1b" })]);

  const { body } = await ada.rest.get("/models/list?query=orphan");
  const called = await postChat(ada, "orphan");

  expect(body["items"]?.[0]?.["status"]).toBe("base_missing");
  expect([called.status, typeof called.body["detail"]]).toStrictEqual([404, "string"]);
});

test("13: params have the names and places that the provider knows, and are typed when they are saved", async () => {
  const { ada, ollama, openai } = world;
  const params = {
    temperature: "0.5",
    top_p: 0.9,
    max_tokens: 7,
    stop: "END, STOP",
    seed: 3,
    top_k: null,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    logit_bias: "42:-100",
    function_calling: "native",
    custom_params: { metadata: '{"b":"1"}' },
  };
  await ada.rest.post(
    "/models/create",
    form("tuned", { params: { ...params, num_ctx: 2048, keep_alive: "5m" } }),
  );
  await ada.rest.post("/models/create", form("tuned-too", { params, base_model_id: "gpt-4o" }));

  const answers = [await postChat(ada, "tuned"), await postChat(ada, "tuned-too")];

  const local = ollama.journal.of("/api/chat").at(-1)?.body;
  const remote = openai.journal.of("/v1/chat/completions").at(-1)?.body;
  expect(answers.map(({ status }) => status)).toStrictEqual([200, 200]);
  expect(local).toMatchObject({
    model: "qwen3:8b",
    keep_alive: "5m",
    options: {
      temperature: 0.5,
      top_p: 0.9,
      num_predict: 7,
      stop: ["END", "STOP"],
      seed: 3,
      num_ctx: 2048,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
    },
  });
  expect(remote).toMatchObject({
    model: "gpt-4o",
    temperature: 0.5,
    top_p: 0.9,
    stop: ["END", "STOP"],
    seed: 3,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    logit_bias: { "42": -100 },
    metadata: { b: "1" },
  });
  expect(JSON.stringify([local, remote])).not.toMatch(/function_calling|top_k/u);
});

test("17: nothing in an address opens a model, and there is no way around the routes", async () => {
  const { ada, bob } = world;
  await ada.rest.post("/models/create", form("locked"));
  const messages = [{ role: "user", content: "hello" }];

  const answers = await Promise.all([
    bob.rest.post("/v1/chat/completions?bypass_filter=true", { model: "locked", messages }),
    bob.rest.get("/openai/files"),
    bob.rest.post("/ollama/api/generate", { model: "locked", prompt: "hello" }),
    bob.rest.get("/models/model?id=locked&bypass_filter=true"),
  ]);

  expect(answers.map(({ status }) => status)).toStrictEqual([404, 404, 404, 404]);
});

test("18: an import reports new, own and foreign models, and writes no half of one", async () => {
  const { ada, bob } = world;
  await ada.rest.post("/models/create", form("foreign", { access_control: null }));
  await bob.rest.post("/models/create", form("mine"));

  const { body } = await bob.rest.post("/models/import", {
    models: [
      form("new"),
      form("mine", { name: "Changed" }),
      form("foreign", { name: "Stolen" }),
      form("broken", { params: { temperature: 99 }, name: "Half" }),
    ],
  });

  expect(body["items"]?.map(({ id, outcome }) => [id, outcome])).toStrictEqual([
    ["new", "created"],
    ["mine", "updated"],
    ["foreign", "forbidden"],
    ["broken", "invalid"],
  ]);
  expect((await bob.rest.get("/models/model?id=broken")).status).toBe(404);
  expect((await ada.rest.get("/models/model?id=foreign")).body["name"]).toBe("foreign");
});

test("19: a system prompt's variables are filled in once, never those of a value", async () => {
  const { ada, bob, ollama } = world;
  await bob.rest.post("/api/v1/auths/update/profile", { name: "{{USER_ID}}" });
  const tokens = ["USER_NAME", "USER_ID", "CURRENT_DATE", "CURRENT_WEEKDAY", "NOTHING_KNOWN"];
  const system = tokens.map((token) => `{{${token}}}`).join("|");
  await ada.rest.post("/models/create", form("prompted", { access_control: null, params: { system } }));

  await postChat(bob, "prompted");

  const sent = ollama.journal.of("/api/chat").at(-1)?.body as {
    messages: { role: string; content: string }[];
  };
  const [first] = sent.messages;
  expect(first?.role).toBe("system");
  expect(first?.content.split("|")).toStrictEqual([
    "{{USER_ID}}",
    bob.id,
    expect.stringMatching(/^\d{4}-\d\d-\d\d$/u),
    expect.stringMatching(/day$/u),
    "{{NOTHING_KNOWN}}",
  ]);
});

test("20: every change leaves its trace and a new revision; one that is based on an old one is 409", async () => {
  const { ada, bob } = world;
  const made = await bob.rest.post("/models/create", form("traced"));
  await bob.rest.post("/models/model/update", { id: "traced", name: "Second" });
  await bob.rest.post("/models/model/toggle?id=traced");

  const stale = await bob.rest.post("/models/model/update", { id: "traced", name: "Third", revision: 1 });
  const { entries } = await ada.trpc.audit.list.query({});

  const actions = entries
    .filter(({ target }) => target.uid === String(made.body["uid"]))
    .map(({ action }) => action);
  expect(stale.status).toBe(409);
  expect(actions).toStrictEqual(["models.toggle", "models.update", "models.create"]);
});

test("21: a group's and a person's grants end with them, and nobody inherits them", async () => {
  const { ada, bob } = world;
  const group = await ada.rest.post("/api/v1/groups/create", { name: "Short-lived", user_ids: [bob.id] });
  const id = String(group.body["id"]);
  await ada.rest.post("/models/create", form("grouped", { access_control: { read: { group_ids: [id] } } }));
  const before = await bob.rest.get("/models/model?id=grouped");

  await ada.rest.delete(`/api/v1/groups/id/${id}/delete`);
  await ada.rest.post("/api/v1/groups/create", { name: "Short-lived", user_ids: [bob.id] });
  const after = await bob.rest.get("/models/model?id=grouped");
  const left = await ada.rest.get("/models/model?id=grouped");

  expect([before.status, after.status]).toStrictEqual([200, 404]);
  expect(left.body["access_control"]).toStrictEqual({});
});

describe("connections", () => {
  test("8: of two that list an id, the second is shadowed, and nothing moves by itself", async () => {
    const { ada, openai, connect } = world;
    const other = await connect({ provider: "openai", name: "Other cloud", url: openai.baseUrl });
    const first = (await ada.trpc.connections.list.query()).connections.find(({ name }) => name === "Cloud");
    const { uid = "", revision = 0 } = first ?? {};

    const listed = await ada.rest.get(
      "/models/list?query=gpt-4o&kind=base&order_by=created_at&direction=asc",
    );
    const bySlug = await postChat(ada, `${other.slug}/gpt-4o`);
    const off = await ada.trpc.connections.update.mutate({ uid, revision, enabled: false });
    const bare = await postChat(ada, "gpt-4o");
    await ada.trpc.connections.update.mutate({ uid, revision: off.revision, enabled: true });
    await ada.trpc.connections.refresh.mutate({ uid });

    expect(listed.body["items"]?.map(({ status }) => status)).toStrictEqual(["ready", "shadowed"]);
    expect(bySlug.status).toBe(200);
    expect(bare.status).not.toBe(200);
    await ada.trpc.connections.delete.mutate({ uid: other.uid });
  });

  test("22: deleting one leaves the others' keys, prefixes and routes", async () => {
    const { ada, openai, connect } = world;
    const first = await connect({ provider: "openai", name: "First", url: openai.baseUrl, prefix: "first" });
    await connect({
      provider: "openai",
      name: "Second",
      url: openai.baseUrl,
      prefix: "second",
      authType: "bearer",
      key: "sk-second",
    });

    await ada.trpc.connections.delete.mutate({ uid: first.uid });
    const answer = await postChat(ada, "second.gpt-4o");

    const sent = openai.journal.of("/v1/chat/completions").at(-1);
    expect([answer.status, answer.body["model"]]).toStrictEqual([200, "second.gpt-4o"]);
    expect(sent?.headers.authorization).toBe("Bearer sk-second");
    expect(sent?.body).toMatchObject({ model: "gpt-4o" });
  });
});
