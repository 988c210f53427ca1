import { addUser, connect } from "@corral/db/testing";
import { startSimulatedOllama, startSimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { password } from "../support/people.ts";
import { form, idsOf, postChat, startConformanceWorld, type ConformanceWorld } from "./conformance-world.ts";
import { RestCaller } from "./rest-caller.ts";

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
    ...form("one"),
    user_id: bob.id,
    is_active: true,
    access_control: {},
    meta: { description: null, capabilities: null, tags: [] },
    created_at: made.body["updated_at"],
  });
  expect([made, again, long, missing].map(({ status }) => status)).toStrictEqual([200, 401, 400, 400]);
  expect([again, long, missing].map(({ body }) => body["code"])).toStrictEqual([
    "model_id_taken",
    "invalid_input",
    "invalid_input",
  ]);
  expect(missing.body["errors"]?.map(({ path }) => path)).toStrictEqual([["params"]]);
});

test("2: an update without access leaves it, an explicit null makes public", async () => {
  const { ada, bob, eve } = world;
  const access = { read: { user_ids: [eve.id] } };
  await ada.rest.post("/models/create", form("shared", { access_control: access }));
  const seen = () =>
    Promise.all([eve, bob].map(async ({ rest }) => (await rest.get("/models/model?id=shared")).status));

  const kept = await ada.rest.post("/models/model/update", { id: "shared", name: "Shared" });
  const before = await seen();
  const open = await ada.rest.post("/models/model/update", { id: "shared", access_control: null });
  const after = await seen();

  expect([before, after]).toStrictEqual([
    [200, 404],
    [200, 200],
  ]);
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
  expect((await ada.rest.get("/models/model?id=public")).body["revision"]).toBe(1);
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
  for (const id of ["100% true", "under_score"]) await eve.rest.post("/models/create", form(id));
  const list = (query: string) => eve.rest.get(`/api/v1/models/list?view_option=created&${query}`);
  const pages = async (query: string) => {
    const found = [];
    for (const page of [1, 2, 3]) {
      const writing = eve.rest.post("/models/create", form(`page-${query.length}-${page}`));
      found.push(await list(`query=page-&page=${page}&${query}`));
      await writing;
    }
    return found;
  };

  // oldest first: whatever is made meanwhile comes after what was there
  const byAge = await pages("order_by=created_at&direction=asc");
  // by name, what is made meanwhile may push others to the next page, but nobody off it
  const byName = await pages("order_by=name&direction=desc");
  const [percent, underscore] = [await list("query=%25"), await list("query=_")];
  const tagged = await list("tag=even");
  const unknown = await list("order_by=nothing");
  const usual = await list("");

  const ids = models.map(({ id }) => id);
  expect(byAge.map(({ body }) => body["items"]?.length).slice(0, 2)).toStrictEqual([30, 30]);
  expect(byAge.flatMap(idsOf).slice(0, 65)).toStrictEqual(ids);
  expect(byName.flatMap(idsOf)).toEqual(expect.arrayContaining(ids));
  expect((await list("query=page-")).body["total"]).toBe(65 + 6);
  expect([idsOf(percent), idsOf(underscore)]).toStrictEqual([["100% true"], ["under_score"]]);
  expect(tagged.body["total"]).toBe(33);
  expect(idsOf(unknown)).toStrictEqual(idsOf(usual));
  expect(idsOf(usual)[0]).toMatch(/^page-\d+-3$/u);
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
  const { ada, bob, ollama } = world;
  const said = (name: string, vision: boolean, temperature: number) => ({
    meta: { tags: [{ name }], capabilities: { vision } },
    params: { temperature },
  });
  const ofName = said("all tags", false, 0.1);
  await ada.trpc.baseNames.save.mutate({
    ...ofName,
    name: "llama3",
    params: { ...ofName.params, top_k: 11 },
  });
  await ada.rest.post("/models/model/update", { id: "llama3:8b", ...said("this one", true, 0.9) });

  const { body } = await ada.rest.get("/models/list?query=llama3&kind=base&order_by=name&direction=asc");
  const hidden = await bob.rest.get("/models/list?query=llama3");
  const sent = [];
  for (const id of ["llama3:8b", "llama3:70b"]) {
    await postChat(ada, id);
    sent.push(ollama.journal.of("/api/chat").at(-1)?.body);
  }

  expect(
    body["items"]?.map(({ id, name, meta, resolved_capabilities: can }) => [
      [id, name],
      meta?.["tags"]?.map(({ name: tag }) => tag),
      can?.["vision"]?.["value"],
    ]),
  ).toStrictEqual([
    [["llama3:8b", "llama3:8b"], ["this one"], true],
    [["llama3:70b", "llama3:70b"], ["all tags"], false],
  ]);
  // the params of the name stay where the exact one says nothing
  expect(sent).toMatchObject([
    { model: "llama3:8b", options: { temperature: 0.9, top_k: 11 } },
    { model: "llama3:70b", options: { temperature: 0.1, top_k: 11 } },
  ]);
  // and it opens nothing
  expect(hidden.body["total"]).toBe(0);
});

test("7: a custom model whose base is missing is listed as such, and its call is 404", async () => {
  const { ada } = world;
  await ada.rest.post("/models/import", [form("orphan", { base_model_id: "never:1b" })]);

  const { body } = await ada.rest.get("/models/list?query=orphan");
  const called = await postChat(ada, "orphan");

  expect(body["items"]?.[0]?.["status"]).toBe("base_missing");
  expect([called.status, called.body["error"]?.["code"]]).toStrictEqual([404, "base_missing"]);
  expect(called.body["detail"]).toContain("does not exist");
});

test("13: params have the names and places that the provider knows, and are typed when they are saved", async () => {
  const { ada, ollama, openai } = world;
  const params = {
    temperature: "0.5",
    top_p: 0.9,
    min_p: 0.05,
    max_tokens: "7",
    stop: "END, STOP",
    seed: "3",
    top_k: null,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning_effort: null,
    logit_bias: "42:-100",
    response_format: { type: "json_object" },
    function_calling: "native",
    stream_response: true,
    custom_params: { metadata: '{"b":1}' },
  };
  await ada.rest.post(
    "/models/create",
    form("tuned", { params: { ...params, num_ctx: 2048, keep_alive: "5m" } }),
  );
  const { body: made } = await ada.rest.post(
    "/models/create",
    form("tuned-too", { params, base_model_id: "gpt-4o" }),
  );

  const answers = [await postChat(ada, "tuned"), await postChat(ada, "tuned-too")];

  const local = ollama.journal.of("/api/chat").at(-1)?.body;
  const remote = openai.journal.of("/v1/chat/completions").at(-1)?.body;
  expect(made["params"]).toMatchObject({
    temperature: 0.5,
    max_tokens: 7,
    seed: 3,
    stop: ["END", "STOP"],
    logit_bias: { "42": -100 },
  });
  expect(answers.map(({ status }) => status)).toStrictEqual([200, 200]);
  const common = { temperature: 0.5, top_p: 0.9, stop: ["END", "STOP"], seed: 3 };
  const penalties = { frequency_penalty: 0.1, presence_penalty: 0.2 };
  expect(local).toMatchObject({
    model: "qwen3:8b",
    format: "json",
    keep_alive: "5m",
    options: { ...common, ...penalties, min_p: 0.05, num_predict: 7, num_ctx: 2048 },
  });
  expect(remote).toMatchObject({
    ...common,
    ...penalties,
    model: "gpt-4o",
    max_tokens: 7,
    logit_bias: { "42": -100 },
    response_format: { type: "json_object" },
    metadata: { b: 1 },
  });
  // OpenAI has no such thing, which is told
  expect(remote).not.toHaveProperty("min_p");
  expect(answers[1]?.headers.get("x-corral-param-notes")).toContain("min_p dropped");
  expect(JSON.stringify([local, remote])).not.toMatch(
    /function_calling|stream_response|top_k|think|reasoning|num_predict":null/u,
  );
});

test("13: every option of Ollama's is an option, by its own name and in its own type", async () => {
  const { ada, connect } = world;
  // the last release that knew the older ones
  await using old = await startSimulatedOllama({ models: ["old:1b"], version: "0.5.1" });
  const { uid } = await connect({ provider: "ollama", name: "Old", url: old.url });
  const floats = { typical_p: 0.7, repeat_penalty: 1.1, mirostat_eta: 0.1, mirostat_tau: 5.5, tfs_z: 0.9 };
  const whole = { num_ctx: 2048, num_batch: 64, num_keep: 4, repeat_last_n: 32, top_k: 5, mirostat: 2 };
  const machine = { num_gpu: 1, main_gpu: 0, num_thread: 3 };
  const switches = { penalize_newline: true, low_vram: false, use_mmap: true, use_mlock: false };
  const options = { ...floats, ...whole, ...machine, ...switches };
  await ada.rest.post("/models/create", form("all-options", { base_model_id: "old:1b", params: options }));

  const { status } = await postChat(ada, "all-options");
  const wrong = await Promise.all(
    Object.keys(options).map((name) =>
      ada.rest.post("/models/model/update", { id: "all-options", params: { [name]: ["x"] } }),
    ),
  );

  expect(status).toBe(200);
  expect(old.journal.of("/api/chat").at(-1)?.body).toMatchObject({ options });
  expect(wrong.map((answer) => answer.status)).toStrictEqual(wrong.map(() => 400));
  await ada.rest.post("/models/model/delete", { id: "all-options" });
  await ada.trpc.connections.delete.mutate({ uid });
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
  expect((await bob.rest.get("/models/model?id=mine")).body["name"]).toBe("Changed");
  expect((await ada.rest.get("/models/model?id=foreign")).body["name"]).toBe("foreign");
});

test("19: a system prompt's variables are filled in once, never those of a value", async () => {
  const { ada, bob, ollama } = world;
  await bob.rest.post("/api/v1/auths/update/profile", { name: "{{USER_ID}}" });
  const tokens = [
    "USER_NAME",
    "USER_ID",
    "USER_LANGUAGE",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_DATETIME",
    "CURRENT_WEEKDAY",
    "CURRENT_TIMEZONE",
    "NOTHING_KNOWN",
  ];
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
    expect.stringMatching(/^[a-z]{2}(?:-[A-Z]{2})?$/u),
    expect.stringMatching(/^\d{4}-\d\d-\d\d$/u),
    expect.stringMatching(/^\d\d:\d\d:\d\d$/u),
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/u),
    expect.stringMatching(/^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$/u),
    expect.stringMatching(/^(?:UTC|[A-Z][A-Za-z_]+\/[A-Za-z_/+-]+)$/u),
    "{{NOTHING_KNOWN}}",
  ]);
});

test("20: every change leaves its trace and a new revision; one that is based on an old one is 409", async () => {
  const { ada, bob } = world;
  const traced = (fields: object) => bob.rest.post("/models/model/update", { id: "traced", ...fields });
  const writes = [
    () => bob.rest.post("/models/create", form("traced")),
    () => traced({ name: "Second", revision: 1 }),
    () => bob.rest.post("/models/model/toggle?id=traced"),
    () =>
      bob.rest.post("/models/model/access/update", {
        id: "traced",
        access_control: { read: { user_ids: [ada.id] } },
      }),
    () => bob.rest.post("/models/import", [form("traced", { name: "Imported" })]),
  ];
  const revisions: unknown[] = [];
  for (const write of writes) {
    expect((await write()).status).toBe(200);
    revisions.push((await bob.rest.get("/models/model?id=traced")).body["revision"]);
  }
  const { body } = await bob.rest.get("/models/model?id=traced");

  const stale = await traced({ name: "Stale", revision: 1 });
  const kept = await bob.rest.get("/models/model?id=traced");
  await bob.rest.post("/models/model/delete", { id: "traced" });

  const targetUid = String(body["uid"]);
  const { entries } = await ada.trpc.audit.list.query({ targetKind: "record", targetUid });
  expect(revisions).toStrictEqual([1, 2, 3, 4, 5]);
  expect([stale.status, stale.body["revision"], kept.body["name"]]).toStrictEqual([409, 5, "Imported"]);
  // grants leave entries of their own, without a revision
  const ofRecord = entries.filter(({ revision }) => revision !== null);
  expect(ofRecord.map(({ action, revision }) => [action, revision])).toStrictEqual([
    ["models.delete", 5],
    ["documents.import", 5],
    ["models.update", 4],
    ["models.toggle", 3],
    ["models.update", 2],
    ["models.create", 1],
  ]);
  for (const { actor } of entries) expect(actor).toMatchObject({ id: bob.id });
});

test("20: so does deleting what a sync leaves out, and deleting everything", async () => {
  await using other = await startConformanceWorld();
  const { ada } = other;
  const uids: string[] = [];
  for (const id of ["left-out", "kept"]) {
    uids.push(String((await ada.rest.post("/models/create", form(id))).body["uid"]));
  }

  await ada.rest.post("/models/sync", { models: [form("kept")] });
  await ada.rest.delete("/models/delete/all");

  const found = [];
  for (const targetUid of uids) {
    const { entries } = await ada.trpc.audit.list.query({ targetKind: "record", targetUid });
    found.push(entries.map(({ action }) => action));
  }
  expect(found).toStrictEqual([
    ["documents.sync", "models.create"],
    ["models.deleteAll", "models.create"],
  ]);
});

test("21: a group's and a person's grants end with them, and who comes after them under their name or id inherits none", async () => {
  const { ada, bob, server } = world;
  const zoe = { email: "zoe@example.com", password, name: "Zoe", role: "user" } as const;
  const group = await ada.rest.post("/api/v1/groups/create", { name: "Short-lived", user_ids: [bob.id] });
  const ids = { user: (await ada.trpc.users.create.mutate(zoe)).id, group: String(group.body["id"]) };
  const access_control = { read: { group_ids: [ids.group] }, write: { user_ids: [ids.user] } };
  await ada.rest.post("/models/create", form("granted", { access_control }));
  const statusFor = async ({ rest }: { rest: RestCaller }) =>
    (await rest.get("/models/model?id=granted")).status;
  const zoesCaller = async () => {
    const { email } = zoe;
    const { body } = await new RestCaller(server.url).post("/api/v1/auths/signin", { email, password });
    return { rest: new RestCaller(server.url, String(body["token"])) };
  };
  const before = [await statusFor(bob), await statusFor(await zoesCaller())];

  await ada.rest.delete(`/api/v1/groups/id/${ids.group}/delete`);
  await ada.rest.delete(`/api/v1/users/${ids.user}`);
  const left = await ada.rest.get("/models/model?id=granted");
  const namesake = await ada.rest.post("/api/v1/groups/create", { name: "Short-lived", user_ids: [bob.id] });
  await ada.trpc.users.create.mutate(zoe);
  const byName = [await statusFor(bob), await statusFor(await zoesCaller())];
  await ada.rest.delete(`/api/v1/groups/id/${String(namesake.body["id"])}/delete`);
  {
    // no route gives anybody the id of somebody else
    await using client = await connect(server.databaseUrl);
    await client.query("insert into groups (id, name) values ($1, 'Short-lived')", [ids.group]);
    await addUser(client, "user", ids.user);
  }
  await ada.rest.post(`/api/v1/groups/id/${ids.group}/users/add`, { user_ids: [bob.id] });
  const byId = [
    await statusFor(bob),
    (await ada.trpc.access.explain.query({ id: "granted", userId: ids.user })).read.reason,
  ];

  expect(before).toStrictEqual([200, 200]);
  expect(left.body["access_control"]).toStrictEqual({});
  expect([byName, byId]).toStrictEqual([
    [404, 404],
    [404, "no_grant"],
  ]);
});

describe("connections", () => {
  test("8: of two that list an id the first answers, the second is shadowed, and nothing moves by itself", async () => {
    const { ada, openai, connect } = world;
    await using second = await startSimulatedOpenAI({ models: ["gpt-4o"] });
    const other = await connect({ provider: "openai", name: "Other cloud", url: second.baseUrl });
    const first = (await ada.trpc.connections.list.query()).connections.find(({ name }) => name === "Cloud");
    const { uid = "", revision = 0 } = first ?? {};
    const callsOf = (upstream: typeof openai) => upstream.journal.of("/v1/chat/completions").length;
    const before = callsOf(openai);

    const listed = await ada.rest.get(
      "/models/list?query=gpt-4o&kind=base&order_by=created_at&direction=asc",
    );
    const bare = await postChat(ada, "gpt-4o");
    const byBare = [callsOf(openai) - before, callsOf(second)];
    const bySlug = await postChat(ada, `${other.slug}/gpt-4o`);
    const off = await ada.trpc.connections.update.mutate({ uid, revision, enabled: false });
    const orphaned = await postChat(ada, "gpt-4o");
    await ada.trpc.connections.update.mutate({ uid, revision: off.revision, enabled: true });
    await ada.trpc.connections.refresh.mutate({ uid });

    expect(listed.body["items"]?.map(({ id, status }) => [id, status])).toStrictEqual([
      ["gpt-4o", "ready"],
      [`${other.slug}/gpt-4o`, "shadowed"],
    ]);
    expect([bare.status, byBare, bySlug.status]).toStrictEqual([200, [1, 0], 200]);
    expect([orphaned.status, orphaned.body["error"]?.["code"]]).toStrictEqual([503, "upstream_unavailable"]);
    expect(callsOf(second)).toBe(1);
    await ada.trpc.connections.delete.mutate({ uid: other.uid });
  });

  test("22: deleting number 0 leaves number 1 its key, its prefix and its routes", async () => {
    await using other = await startConformanceWorld();
    const { ada, openai, connect } = other;
    await using second = await startSimulatedOpenAI({ models: ["gpt-4o"], apiKey: "sk-second" });
    const made = await connect({
      provider: "openai",
      name: "Second",
      url: second.baseUrl,
      prefix: "second",
      authType: "bearer",
      key: "sk-second",
    });
    const listed = async () =>
      (await ada.trpc.connections.list.query()).connections.filter(({ provider }) => provider === "openai");
    const [zero, one] = await listed();
    const before = openai.journal.entries().length;

    await ada.trpc.connections.delete.mutate({ uid: zero?.uid ?? "" });
    const left = await listed();
    await ada.trpc.connections.refresh.mutate({ uid: made.uid });
    const answer = await postChat(ada, "second.gpt-4o");
    const gone = await postChat(ada, "gpt-4o");

    const facts = (each: typeof one) => [
      each?.uid,
      each?.prefix,
      each?.url,
      each?.keyFingerprint,
      each?.authType,
    ];
    expect([zero?.name, one?.name, left.map(facts)]).toStrictEqual(["Cloud", "Second", [facts(one)]]);
    expect([answer.status, answer.body["model"], gone.status]).toStrictEqual([200, "second.gpt-4o", 404]);
    const sent = second.journal.of("/v1/chat/completions").at(-1);
    expect([sent?.headers.authorization, sent?.body]).toMatchObject([
      "Bearer sk-second",
      { model: "gpt-4o" },
    ]);
    expect(openai.journal.entries().length).toBe(before);
  });
});
