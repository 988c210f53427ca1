import { startSimulatedOllama, startSimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { form, idsOf, postChat, startConformanceWorld, type ConformanceWorld } from "./conformance-world.ts";

/*
 * What the seed document says of its REST API, as literally as it can be asked for. docs/seed.md leads from each of its
 * sentences to tests, many of which are these.
 */

let world: ConformanceWorld;
beforeAll(async () => {
  world = await startConformanceWorld();
  const { ada } = world;
  await ada.rest.post("/models/model/update", { id: "qwen3:8b", access_control: null });
  await ada.rest.post("/models/create", form("local"));
  await ada.rest.post("/models/create", form("remote", { base_model_id: "gpt-4o" }));
});
afterAll(async () => world[Symbol.asyncDispose]());

/** What a model is sent with: by Ollama's names to Ollama, by OpenAI's to OpenAI. */
const params = [
  { name: "temperature", value: 0.5, local: { options: { temperature: 0.5 } }, wrong: "warm" },
  { name: "top_p", value: 0.9, local: { options: { top_p: 0.9 } }, wrong: "most" },
  { name: "max_tokens", value: 7, local: { options: { num_predict: 7 } }, wrong: "many" },
  { name: "frequency_penalty", value: 0.1, local: { options: { frequency_penalty: 0.1 } }, wrong: "x" },
  { name: "presence_penalty", value: 0.2, local: { options: { presence_penalty: 0.2 } }, wrong: "x" },
  { name: "seed", value: "42", local: { options: { seed: 42 } }, remote: { seed: 42 }, wrong: "oak" },
  { name: "stop", value: ["END"], local: { options: { stop: ["END"] } }, wrong: [7] },
  { name: "response_format", value: { type: "json_object" }, local: { format: "json" }, wrong: "json" },
  {
    name: "custom_params",
    value: { num_batch: 64, metadata: { team: "a" } },
    local: { options: { num_batch: 64 } },
    remote: { metadata: { team: "a" } },
    wrong: "num_batch",
  },
];

describe("a param", () => {
  test.each(params.map((param) => [param.name, param] as const))(
    "%s is taken in its type, refused in another, and each provider is told it by its own name",
    async (name, { value, local, remote = { [name]: value }, wrong }) => {
      const { ada, ollama, openai } = world;
      const update = (id: string, given: unknown) =>
        ada.rest.post("/models/model/update", { id, params: { [name]: given } });

      const refused = await update("local", wrong);
      const taken = [await update("local", value), await update("remote", value)];
      const called = [await postChat(ada, "local"), await postChat(ada, "remote")];

      expect([refused.status, refused.body["code"]]).toStrictEqual([400, "invalid_input"]);
      expect(refused.body["detail"]).toContain(name);
      expect([...taken, ...called].map(({ status }) => status)).toStrictEqual([200, 200, 200, 200]);
      expect(ollama.journal.of("/api/chat").at(-1)?.body).toMatchObject(local);
      expect(openai.journal.of("/v1/chat/completions").at(-1)?.body).toMatchObject(remote);
    },
  );

  test("of Ollama alone is sent to Ollama and to nobody else", async () => {
    const { ada, ollama, openai } = world;
    const given = { num_ctx: 2048, num_batch: 64 };
    for (const id of ["local", "remote"]) {
      await ada.rest.post("/models/model/update", { id, params: given });
      await postChat(ada, id);
    }

    expect(ollama.journal.of("/api/chat").at(-1)?.body).toMatchObject({ options: given });
    expect(JSON.stringify(openai.journal.of("/v1/chat/completions").at(-1)?.body)).not.toMatch(/num_/u);
  });
});

describe("the form of a model", () => {
  test("is stored and given back, field by field", async () => {
    const { bob, eve } = world;
    const whole = form("whole", {
      name: "Whole",
      params: { temperature: 0.5 },
      meta: {
        profile_image_url: "https://pictures.example.com/whole.png",
        description: "All of it",
        capabilities: { vision: true },
        tags: [{ name: "full" }],
        actionIds: ["act"],
        filterIds: ["filter"],
        extra: { theme: "dark" },
        invented_here: { any: ["thing"] },
      },
      access_control: { read: { group_ids: [], user_ids: [eve.id] }, write: { group_ids: [], user_ids: [] } },
      is_active: false,
    });

    const made = await bob.rest.post("/models/create", whole);
    const { body } = await bob.rest.get("/models/model?id=whole");

    const { access_control: access, ...fields } = whole as typeof whole & { access_control: object };
    expect(made.status).toBe(200);
    expect(body).toMatchObject({ ...fields, user_id: bob.id });
    expect(body["access_control"]).toMatchObject({ read: { user_ids: [eve.id] } });
    expect(access).toBeDefined();
    for (const time of ["created_at", "updated_at"]) expect(Number.isInteger(body[time])).toBe(true);
  });

  test.each([
    ["id", { id: 5 }],
    ["base_model_id", { base_model_id: 5 }],
    ["name", { name: 5 }],
    ["params", { params: "hot" }],
    ["meta", { meta: "new" }],
    ["access_control", { access_control: "everybody" }],
    ["is_active", { is_active: "yes" }],
    ["profile_image_url", { meta: { profile_image_url: "a picture" } }],
    ["description", { meta: { description: 5 } }],
    ["capabilities", { meta: { capabilities: "all" } }],
    ["tags", { meta: { tags: "red, blue" } }],
    ["access_control", { access_control: { read: { user_ids: "bob" } } }],
    ["access_control", { access_control: { write: { group_ids: [5] } } }],
    ["access_control", { access_control: { reed: { user_ids: [] } } }],
  ])("is refused with a wrong %s: %j", async (field, wrong) => {
    const { body, status } = await world.ada.rest.post("/models/create", form("wrong", wrong));

    expect([status, body["code"]]).toStrictEqual([400, "invalid_input"]);
    expect(body["detail"]).toContain(field);
  });

  test.each(["id", "name", "params", "meta"])("is refused without %s", async (field) => {
    const { [field]: _, ...incomplete } = form("incomplete") as Record<string, unknown>;

    const { body, status } = await world.ada.rest.post("/models/create", incomplete);

    expect([status, body["errors"]?.map(({ path }) => path)]).toStrictEqual([400, [[field]]]);
  });

  test("takes an id of 256 characters, and none of 257 or of nothing", async () => {
    const { bob } = world;
    const ids = ["y".repeat(256), "y".repeat(257), ""];

    const answers = await Promise.all(ids.map((id) => bob.rest.post("/models/create", form(id))));

    expect(answers.map(({ status }) => status)).toStrictEqual([200, 400, 400]);
  });
});

describe("GET /models/list", () => {
  beforeAll(async () => {
    const { bob, eve } = world;
    const fruit = (at: number, name: string, tag: string) =>
      form(`fruit-${at}`, { name, meta: { tags: [{ name: tag }] } });
    await bob.rest.post("/models/create", fruit(1, "Zebra", "red"));
    await bob.rest.post("/models/create", fruit(2, "Apple", "blue"));
    const access_control = { read: { user_ids: [bob.id] } };
    await eve.rest.post("/models/create", { ...fruit(3, "Mango", "red"), access_control });
    await eve.rest.post("/models/create", fruit(4, "Hidden from Bob", "secret"));
    await bob.rest.post("/models/model/update", { id: "fruit-1", params: { top_p: 0.5 } });
  });

  test.each([
    ["searches by name", "query=zebra", [1]],
    ["searches by id", "query=FRUIT-2", [2]],
    ["shows what the caller made", "query=fruit-&view_option=created&order_by=name&direction=asc", [2, 1]],
    ["shows what others share with the caller", "query=fruit-&view_option=shared", [3]],
    ["filters by tag", "tag=red&order_by=name&direction=asc", [3, 1]],
    ["sorts by name", "query=fruit-&order_by=name&direction=asc", [2, 3, 1]],
    ["sorts by name, backwards", "query=fruit-&order_by=name&direction=desc", [1, 3, 2]],
    ["sorts by creation", "query=fruit-&order_by=created_at&direction=asc", [1, 2, 3]],
    ["sorts by creation, backwards", "query=fruit-&order_by=created_at&direction=desc", [3, 2, 1]],
    ["sorts by update", "query=fruit-&order_by=updated_at&direction=asc", [2, 3, 1]],
    [
      "has pages of the size that is asked for",
      "query=fruit-&order_by=name&direction=asc&page=2&limit=2",
      [1],
    ],
  ])("%s", async (_, query, expected) => {
    const answer = await world.bob.rest.get(`/models/list?${query}`);

    expect(idsOf(answer)).toStrictEqual(expected.map((at) => `fruit-${at}`));
  });

  test("counts all that match, beside the page", async () => {
    const { body } = await world.bob.rest.get("/models/list?query=fruit-&page=1&limit=1");

    expect([body["items"]?.length, body["total"]]).toStrictEqual([1, 3]);
  });

  test("is one list of what all providers have and what was made of it, each row by the same fields", async () => {
    const { body } = await world.ada.rest.get("/models/list?limit=100");

    const rows = body["items"] ?? [];
    const of = (id: string) => rows.find((row) => String(row["id"]) === id);
    expect(
      [of("llama3:8b"), of("gpt-4o"), of("fruit-1")].map((row) => [row?.["provider"], row?.["kind"]]),
    ).toEqual([
      ["ollama", "base"],
      ["openai", "base"],
      ["ollama", "custom"],
    ]);
    expect(new Set(rows.map((row) => Object.keys(row).toSorted().join()))).toHaveLength(1);
  });

  test("its base models are those of the providers that the caller may read, its tags those of what they see", async () => {
    const { bob } = world;

    const base = await bob.rest.get("/models/base");
    const tags = await bob.rest.get("/models/tags");

    expect(idsOf(base)).toStrictEqual(["qwen3:8b"]);
    expect(tags.body).toEqual(expect.arrayContaining(["red", "blue"]));
    expect(tags.body).not.toContain("secret");
  });

  test("?refresh=true asks the providers in parallel, merges what they say, and shows each caller their part", async () => {
    const { ada, bob, connect } = world;
    await using left = await startSimulatedOllama({ models: ["fresh:1b"] });
    await using right = await startSimulatedOpenAI({ models: ["fresh-2"] });
    const made = [
      await connect({ provider: "ollama", name: "Left", url: left.url }),
      await connect({ provider: "openai", name: "Right", url: right.baseUrl }),
    ];
    left.faults.set({ path: "/api/tags", fault: { kind: "hang-before-headers" } });
    right.faults.set({ path: "/v1/models", fault: { kind: "hang-before-headers" } });
    const arrivals = [
      left.journal.next(({ path }) => path === "/api/tags"),
      right.journal.next(({ path }) => path === "/v1/models"),
    ];

    const listing = ada.rest.get("/models/list?page=1&limit=30&query=fresh&refresh=true");
    const asked = await Promise.all(arrivals);
    const answered = asked.filter(({ finishedAt }) => finishedAt !== undefined);
    const listed = await listing;
    const others = await bob.rest.get("/models/list?query=fresh");

    // both were asked although neither had answered, and nobody waited for them without end
    expect([asked.map(({ method }) => method), answered]).toStrictEqual([["GET", "GET"], []]);
    expect(idsOf(listed).toSorted()).toStrictEqual(["fresh-2", "fresh:1b"]);
    expect(others.body["total"]).toBe(0);
    for (const { uid } of made) await ada.trpc.connections.delete.mutate({ uid });
  });
});

describe("changing models", () => {
  test("what is not there is 404: to get, to change, to switch and to delete", async () => {
    const { bob } = world;

    const answers = await Promise.all([
      bob.rest.get("/models/model?id=nothing"),
      bob.rest.post("/models/model/update", { id: "nothing", name: "Something" }),
      bob.rest.post("/models/model/toggle?id=nothing"),
      bob.rest.post("/models/model/delete", { id: "nothing" }),
    ]);

    expect(answers.map(({ status, body }) => [status, body["code"]])).toStrictEqual(
      answers.map(() => [404, "model_not_found"]),
    );
  });

  test("an owner deletes their own; whoever may write somebody else's deletes it too, a reader does not", async () => {
    const { bob, eve } = world;
    await bob.rest.post("/models/create", form("own"));
    for (const level of ["read", "write"]) {
      const access = { access_control: { [level]: { user_ids: [eve.id] } } };
      await bob.rest.post("/models/create", form(`to-${level}`, access));
    }
    const remove = (who: typeof bob, id: string) => who.rest.post("/models/model/delete", { id });

    const answers = [await remove(bob, "own"), await remove(eve, "to-write"), await remove(eve, "to-read")];

    expect(answers.map(({ status }) => status)).toStrictEqual([200, 200, 403]);
    expect((await bob.rest.get("/models/model?id=to-write")).status).toBe(404);
  });

  test("all models are deleted by administrators alone", async () => {
    expect((await world.bob.rest.delete("/models/delete/all")).status).toBe(403);
  });

  test("a toggle changes nothing but whether the model is active", async () => {
    const { bob, eve } = world;
    const access_control = {
      read: { group_ids: [], user_ids: [eve.id] },
      write: { group_ids: [], user_ids: [] },
    };
    const fields = {
      params: { temperature: 0.3, system: "Be kind." },
      meta: { description: "Kept" },
      access_control,
    };
    const { body: before } = await bob.rest.post("/models/create", form("switched", fields));

    const off = await bob.rest.post("/models/model/toggle?id=switched");
    const on = await bob.rest.post("/models/model/toggle?id=switched");

    const changing = ["revision", "updated_at", "is_active", "status", "callable"];
    const kept = (body: object) => Object.entries(body).filter(([name]) => !changing.includes(name));
    expect([off.body["is_active"], on.body["is_active"]]).toStrictEqual([false, true]);
    expect([kept(off.body), kept(on.body)]).toStrictEqual([kept(before), kept(before)]);
  });

  test("moves a model to another provider by its base, and keeps everything else", async () => {
    const { ada, openai, ollama } = world;
    await ada.rest.post("/models/create", form("moving", { params: { temperature: 0.4, max_tokens: 9 } }));
    await postChat(ada, "moving");

    const { body } = await ada.rest.post("/models/model/update", { id: "moving", base_model_id: "gpt-4o" });
    await postChat(ada, "moving");

    expect(body).toMatchObject({ base_model_id: "gpt-4o", params: { temperature: 0.4, max_tokens: 9 } });
    expect(ollama.journal.of("/api/chat").at(-1)?.body).toMatchObject({ options: { num_predict: 9 } });
    expect(openai.journal.of("/v1/chat/completions").at(-1)?.body).toMatchObject({
      model: "gpt-4o",
      temperature: 0.4,
      max_tokens: 9,
    });
  });

  test("looks at the input, then at the rights, then writes: 400, 403, 200 and what was sent", async () => {
    const { ada, bob } = world;
    const before = (await ada.trpc.settings.get.query()).memberPermissions;
    const withhold = before.filter((permission) => permission !== "models.create");
    await ada.trpc.settings.update.mutate({ memberPermissions: withhold });

    const invalid = await bob.rest.post("/models/create", form("flow", { params: { temperature: 9 } }));
    const withheld = await bob.rest.post("/models/create", form("flow"));
    await ada.trpc.settings.update.mutate({ memberPermissions: before });
    const made = await bob.rest.post("/models/create", form("flow", { params: { temperature: 0.7 } }));

    expect([invalid, withheld, made].map(({ status }) => status)).toStrictEqual([400, 403, 200]);
    expect((await bob.rest.get("/models/model?id=flow")).body["params"]).toStrictEqual({ temperature: 0.7 });
  });
});

describe("who may read and write", () => {
  let groupId: string;
  beforeAll(async () => {
    const { ada, bob } = world;
    const { body } = await ada.rest.post("/api/v1/groups/create", { name: "Readers", user_ids: [bob.id] });
    groupId = String(body["id"]);
  });

  const none = { group_ids: [], user_ids: [] };
  const byName = () => ({ ...none, user_ids: [world.bob.id] });
  const byGroup = () => ({ ...none, group_ids: [groupId] });
  const paths: readonly (readonly [
    what: string,
    access: () => object | null,
    owner: "ada" | "bob",
    read: number,
    write: number,
  ])[] = [
    ["null: everybody reads, nobody but the owner writes", () => null, "ada", 200, 403],
    ["the owner has both", () => ({}), "bob", 200, 200],
    ["{}: nobody but the owner", () => ({}), "ada", 404, 404],
    ["read by name: reads, does not write", () => ({ read: byName(), write: none }), "ada", 200, 403],
    ["read by group: reads, does not write", () => ({ read: byGroup(), write: none }), "ada", 200, 403],
    ["write by name: both", () => ({ read: none, write: byName() }), "ada", 200, 200],
    ["write by group: both", () => ({ read: none, write: byGroup() }), "ada", 200, 200],
    ["named in neither: denied", () => ({ read: { ...none, user_ids: [world.eve.id] } }), "ada", 404, 404],
  ];

  test.each(paths)("%s", async (...[what, access, owner, read, write]) => {
    const { bob } = world;
    const id = what.replaceAll(/\W+/gu, "-");
    const made = await world[owner].rest.post("/models/create", form(id, { access_control: access() }));

    const answers = [
      await bob.rest.get(`/models/model?id=${id}`),
      await bob.rest.post("/models/model/update", { id, meta: { description: "By Bob" } }),
    ];

    expect(made.status).toBe(200);
    expect(answers.map(({ status }) => status)).toStrictEqual([read, write]);
  });

  test("takes the seed's structure, and gives it back", async () => {
    const { ada, bob, eve } = world;
    const lists = { group_ids: [groupId], user_ids: [bob.id, eve.id].toSorted() };
    const access_control = { read: lists, write: lists };

    const { body } = await ada.rest.post("/models/create", form("structured", { access_control }));

    const sorted = (level: "read" | "write") => body["access_control"]?.[level]?.["user_ids"]?.toSorted();
    expect(body["access_control"]).toMatchObject({
      read: { group_ids: [groupId] },
      write: { group_ids: [groupId] },
    });
    expect([sorted("read"), sorted("write")]).toStrictEqual([lists.user_ids, lists.user_ids]);
  });
});

describe("a provider that fails", () => {
  test.each([
    ["connection", { kind: "refuse" }, "upstream_unavailable"],
    ["authentication", { kind: "status", code: 401 }, "upstream_unauthorized"],
    ["rate_limit", { kind: "status", code: 429, headers: { "retry-after": "70" } }, "upstream_rate_limited"],
    ["unavailable", { kind: "status", code: 503 }, "upstream_unavailable"],
  ] as const)("is 500 with the kind %s and what to do about it", async (kind, fault, code) => {
    const { ada, connect } = world;
    await using upstream = await startSimulatedOllama({ models: [`${kind}:1b`] });
    const { uid } = await connect({ provider: "ollama", name: `Fails by ${kind}`, url: upstream.url });
    upstream.faults.set({ fault });

    const { status, body, headers } = await ada.rest.post("/api/models/unload", { model: `${kind}:1b` });

    expect([status, body["kind"], body["code"]]).toStrictEqual([500, kind, code]);
    expect(body["detail"]).toMatch(/\w+\. \w+/u);
    expect(headers.get("retry-after")).toBe(kind === "rate_limit" ? "70" : null);
    // what the provider said, for administrators
    if (kind !== "connection") expect(body["upstream"]).toContain(`status ${fault.code}`);
    await ada.trpc.connections.delete.mutate({ uid });
  });
});

test("a deactivated model is 403 to those who could use it, not 404", async () => {
  const { ada, bob } = world;
  await ada.rest.post("/models/create", form("resting", { access_control: null, is_active: false }));

  const called = await bob.rest.post("/api/chat/completions", {
    model: "resting",
    messages: [{ role: "user", content: "hello" }],
  });

  expect([called.status, called.body["error"]?.["code"]]).toStrictEqual([403, "model_inactive"]);
  expect(called.body["detail"]).toContain("deactivated");
});

describe("an Ollama server", () => {
  test("is told to pull, create, copy, push and unload by its router", async () => {
    const { ada, ollama } = world;
    const send = (operation: string, body: object) => ada.rest.post(`/ollama/api/${operation}`, body);

    const answers = [
      await send("pull", { model: "phi4-mini", stream: false }),
      await send("create", { model: "terse:1b", from: "spare:1b", system: "Be short.", stream: false }),
      await send("copy", { source: "terse:1b", destination: "ada/terse:1b" }),
      await send("push", { model: "ada/terse:1b", stream: false }),
      await send("unload", { model: "spare:1b" }),
    ];

    const told = ollama.journal.entries().map(({ path }) => path);
    expect(answers.map(({ status }) => status)).toStrictEqual([200, 200, 200, 200, 200]);
    expect(told).toEqual(expect.arrayContaining(["/api/pull", "/api/create", "/api/copy", "/api/push"]));
    expect(ollama.journal.of("/api/generate").at(-1)?.body).toMatchObject({
      model: "spare:1b",
      keep_alive: 0,
    });
  });

  test("is one of several, each with its prefix, tags, type and key", async () => {
    const { ada, bob, connect } = world;
    await using near = await startSimulatedOllama({ models: ["tiny:1b"] });
    await using far = await startSimulatedOllama({ models: ["tiny:1b"], apiKey: "sk-far" });
    const uids = [
      await connect({ provider: "ollama", name: "Near", url: near.url, prefix: "near", tags: ["lab"] }),
      await connect({
        provider: "ollama",
        name: "Far",
        url: far.url,
        prefix: "far",
        tags: ["cloud", "eu"],
        connectionType: "external",
        authType: "bearer",
        key: "sk-far",
        defaultVisibility: { kind: "public" },
      }),
    ];

    const { body } = await ada.rest.get("/api/models");
    const seen = (await bob.rest.get("/api/models")).body["data"]?.find(
      ({ id }) => String(id) === "far.tiny:1b",
    );
    await postChat(ada, "far.tiny:1b");

    const found = body["data"]?.filter(({ id }) => String(id).endsWith("tiny:1b"));
    const told = found?.map(({ id, connection_type, tags }) => [
      id,
      connection_type,
      tags?.map(({ name }) => name),
    ]);
    expect(told?.toSorted()).toStrictEqual([
      ["far.tiny:1b", "external", ["cloud", "eu"]],
      ["near.tiny:1b", "local", ["lab"]],
    ]);
    // of where it runs, a member learns nothing
    expect([seen?.["connection_type"], seen?.["tags"]]).toStrictEqual([null, []]);
    const [call] = far.journal.of("/api/chat");
    expect([call?.headers.authorization, call?.body]).toMatchObject(["Bearer sk-far", { model: "tiny:1b" }]);
    expect(near.journal.of("/api/chat")).toStrictEqual([]);
    for (const { uid } of uids) await ada.trpc.connections.delete.mutate({ uid });
  });
});
