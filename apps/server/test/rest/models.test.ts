import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pixel, startRecordsWorld, type RecordsWorld } from "../support/records-world.ts";
import { RestCaller } from "./rest-caller.ts";

let world: RecordsWorld;
let ada: RestCaller;
let bob: RestCaller;
let eve: RestCaller;
let nobody: RestCaller;
beforeAll(async () => {
  world = await startRecordsWorld();
  const { url } = world.server;
  ada = new RestCaller(url, world.ada.token);
  bob = new RestCaller(url, world.bob.token);
  eve = new RestCaller(url, world.eve.token);
  nobody = new RestCaller(url);
});
afterAll(async () => world[Symbol.asyncDispose]());

const form = (id: string, fields: object = {}) => ({
  id,
  name: id.toUpperCase(),
  base_model_id: "qwen3:8b",
  params: {},
  meta: {},
  ...fields,
});

describe("a model made by REST", () => {
  test("comes back with its defaults filled and its times in seconds", async () => {
    const before = Math.floor(Date.now() / 1_000);

    const { status, body } = await bob.post("/models/create", form("made"));

    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: "made",
      user_id: world.bob.id,
      base_model_id: "qwen3:8b",
      name: "MADE",
      params: {},
      meta: { description: null, capabilities: null, tags: [] },
      access_control: {},
      access_grants: [],
      is_active: true,
      write_access: true,
      kind: "custom",
      revision: 1,
    });
    expect(Number(body["created_at"])).toBeGreaterThanOrEqual(before);
    expect(Number(body["created_at"])).toBeLessThan(before + 60);
  });

  test("takes Open WebUI's untyped params and own keys, and gives them back where they were", async () => {
    const made = await bob.post(
      "/api/v1/models/create",
      form("untyped", {
        params: { temperature: "0.7", stop: "a, b", function_calling: "native", num_ctx: 4096 },
        meta: {
          capabilities: { vision: true, web_search: false },
          toolIds: ["t"],
          profile_image_url: "/static/favicon.png",
        },
      }),
    );
    const again = await bob.get("/api/v1/models/model?id=untyped");
    const renamed = await bob.post("/models/model/update", { id: "untyped", params: { temperature: 0.5 } });

    expect(made.body["params"]).toStrictEqual({
      temperature: 0.7,
      stop: ["a", "b"],
      num_ctx: 4096,
      function_calling: "native",
    });
    expect(made.body["notes"]?.length).toBe(2);
    expect(again.body["meta"]).toMatchObject({
      capabilities: { vision: true, web_search: false },
      toolIds: ["t"],
    });
    expect(renamed.body["params"]).toStrictEqual({ temperature: 0.5 });
    expect(renamed.body["meta"]?.["capabilities"]).toStrictEqual({ vision: true, web_search: false });
  });

  test("posted back as it came is no change", async () => {
    await bob.post(
      "/models/create",
      form("round", { meta: { profile_image_url: pixel, tags: [{ name: "x" }] } }),
    );
    const { body } = await bob.get("/models/model?id=round");

    const saved = await bob.post("/api/v1/models/model/update?id=round", body);

    expect(saved.body["revision"]).toBe(1);
    expect(saved.body["meta"]).toStrictEqual(body["meta"]);
  });

  test("keeps what an update leaves out, and forgets what it sets to nothing", async () => {
    await bob.post(
      "/models/create",
      form("patched", { meta: { description: "old", tags: ["a"] }, params: { top_p: 0.5 } }),
    );

    const named = await bob.post("/models/model/update", { id: "patched", name: "New" });
    const emptied = await bob.post("/models/model/update", { id: "patched", meta: {} });

    expect(named.body).toMatchObject({ name: "New", params: { top_p: 0.5 }, meta: { description: "old" } });
    expect(emptied.body["meta"]).toMatchObject({ description: null, tags: [] });
  });

  test("can be guarded by its revision, and else the last writer wins", async () => {
    await bob.post("/models/create", form("raced"));
    const first = await bob.post("/models/model/update", { id: "raced", name: "One", revision: 1 });

    const stale = await bob.post("/models/model/update", { id: "raced", name: "Two", revision: 1 });
    const last = await bob.post("/models/model/update", { id: "raced", name: "Three" });

    expect([first.status, stale.status, last.status]).toStrictEqual([200, 409, 200]);
    expect(stale.body).toMatchObject({ code: "revision_conflict", revision: 2 });
  });

  test("is toggled, and told which way", async () => {
    await bob.post("/models/create", form("toggled"));

    const off = await bob.post("/api/v1/models/model/toggle?id=toggled");
    const still = await bob.post("/models/model/toggle?id=toggled&is_active=false");
    const on = await bob.post("/models/model/toggle?id=toggled", {});

    expect([off, still, on].map(({ body }) => body["is_active"])).toStrictEqual([false, false, true]);
  });

  test("is deleted by POST and by DELETE with a body, and not while others stand on it", async () => {
    for (const id of ["low", "gone"]) await bob.post("/models/create", form(id));
    await bob.post("/models/create", form("high", { base_model_id: "low" }));

    const refused = await bob.post("/models/model/delete", { id: "low" });
    const byMethod = await bob.delete("/models/model/delete", { id: "gone" });
    const byAddress = await bob.delete("/api/v1/models/model/delete?id=high");
    const byPost = await bob.post("/api/v1/models/model/delete", { id: "low" });
    const again = await bob.post("/models/model/delete", { id: "low" });

    expect(refused).toMatchObject({
      status: 409,
      body: { code: "dependants_exist", dependants: { named: ["high"], hidden: 0 } },
    });
    expect([byMethod, byAddress, byPost].map(({ status, body }) => [status, body])).toStrictEqual(
      Array.from({ length: 3 }, () => [200, true]),
    );
    expect(again.status).toBe(404);
  });
});

describe("errors", () => {
  test.each([
    ["no id", { ...form("x"), id: undefined }, "id"],
    ["no params", { ...form("x"), params: undefined }, "params"],
    ["no meta", { ...form("x"), meta: undefined }, "meta"],
    ["an id of 257 characters", form("x".repeat(257)), "id"],
    ["a temperature of 9", form("x", { params: { temperature: 9 } }), "params.temperature"],
    ["an unknown base", form("x", { base_model_id: "nothing" }), "base model"],
    ["access for a stranger", form("x", { access_control: { read: { user_ids: ["zz"] } } }), "zz"],
    ["two accesses that differ", form("x", { access_control: null, access_grants: [] }), "access_control"],
  ])("say in words what is wrong with %s", async (_, body, text) => {
    const answer = await ada.post("/models/create", body);

    expect(answer.status).toBe(400);
    expect(String(answer.body["detail"])).toContain(text);
    expect(answer.body["error"]?.["message"]).toBe(answer.body["detail"]);
  });

  test("have the seed's statuses", async () => {
    await ada.post("/models/create", form("taken"));

    const answers = await Promise.all([
      nobody.get("/models/list"),
      bob.post("/models/create", form("taken")),
      bob.post("/models/create", form("for-all", { access_control: null })),
      bob.get("/models/model?id=taken"),
      bob.delete("/models/delete/all"),
      ada.get("/models/nothing"),
      ada.post("/models/create", "{"),
    ]);

    expect(
      answers.map(({ status, body }) => [status, body["code"] ?? body["error"]?.["code"]]),
    ).toStrictEqual([
      [401, "unauthenticated"],
      [401, "model_id_taken"],
      [403, "access_denied"],
      [404, "model_not_found"],
      [403, "access_denied"],
      [404, "route_not_found"],
      [400, "invalid_input"],
    ]);
    for (const { body } of answers) expect(typeof body["detail"]).toBe("string");
  });

  test("tell strangers nothing that a body could find out", async () => {
    const { status } = await nobody.post("/models/create", "{ not json");

    expect(status).toBe(401);
  });
});

describe("export, import and sync", () => {
  test("what is exported comes back as it was, pictures and own keys included", async () => {
    const meta = { profile_image_url: pixel, capabilities: { web_search: true } };
    await bob.post(
      "/models/create",
      form("moved", { meta, params: { function_calling: "native", top_k: 3 } }),
    );
    const exported = await bob.get("/models/export");
    const row = exported.body.find(({ id }) => String(id) === "moved");
    const unchanged = await bob.post("/models/import", exported.body);
    await bob.post("/models/model/delete", { id: "moved" });

    const report = await bob.post("/api/v1/models/import", { models: [row] });
    const back = await bob.get("/models/model?id=moved");

    expect(String(row?.["meta"]?.["profile_image_url"])).toBe(pixel);
    expect(Object.values(unchanged.body["counts"] ?? {})).toStrictEqual(
      Object.keys(unchanged.body["counts"] ?? {}).map((outcome) =>
        outcome === "unchanged" ? exported.body.length : 0,
      ),
    );
    expect(report.body).toMatchObject({ applied: true, counts: { created: 1 } });
    expect(back.body).toMatchObject({
      params: { function_calling: "native", top_k: 3 },
      meta: { capabilities: { web_search: true } },
    });
  });

  test("an import reports each item, and touches nothing that its sender may not", async () => {
    await ada.post(
      "/models/create",
      form("foreign", { access_control: { read: { user_ids: [world.bob.id] } } }),
    );
    await bob.post("/models/create", form("own"));
    const rows = [
      form("fresh"),
      form("own", { name: "Mine" }),
      form("foreign", { name: "Stolen" }),
      { id: 5 },
    ];

    const trial = await bob.post("/models/import?dry_run=true", { models: rows });
    const strict = await bob.post("/models/import?strict=true", rows);
    const { body } = await bob.post("/models/import", { models: rows });

    expect(trial.body).toMatchObject({ applied: false, counts: body["counts"] });
    expect(strict.body["applied"]).toBe(false);
    expect(body["items"]?.map(({ outcome }) => outcome)).toStrictEqual([
      "created",
      "updated",
      "forbidden",
      "invalid",
    ]);
    expect((await ada.get("/models/model?id=foreign")).body["name"]).toBe("FOREIGN");
  });

  test("a sync deletes what the file does not name, and never everything by accident", async () => {
    await using other = await startRecordsWorld();
    const admin = new RestCaller(other.server.url, other.ada.token);
    for (const id of ["keep", "drop"]) await admin.post("/models/create", form(id));

    const empty = await admin.post("/models/sync", { models: [] });
    const denied = await new RestCaller(other.server.url, other.bob.token).post("/models/sync", []);
    const done = await admin.post("/api/v1/models/sync", { models: [form("keep", { name: "KEEP" })] });
    const left = await admin.get("/models/list?kind=custom");
    const all = await admin.post("/models/sync?allow_delete_all=true", []);

    expect([empty.status, denied.status]).toStrictEqual([400, 403]);
    expect(done.body["counts"]).toMatchObject({ unchanged: 1, deleted: 1 });
    expect(left.body["items"]?.map(({ id }) => id)).toStrictEqual(["keep"]);
    expect(all.body["counts"]).toMatchObject({ deleted: 1 });
  });

  test("everything is deleted only by an administrator, and as many as were agreed to", async () => {
    await using other = await startRecordsWorld();
    const admin = new RestCaller(other.server.url, other.ada.token);
    await admin.post("/models/create", form("one"));
    await admin.post("/models/model/update", { id: "gpt-4o", access_control: {} });

    const narrowed = await admin.delete("/models/delete/all");
    const miscounted = await admin.delete("/api/v1/models/delete/all?expected_total=1");
    const done = await admin.delete("/models/delete/all?force=true");

    expect([narrowed.status, miscounted.status, done.body]).toStrictEqual([409, 409, true]);
    expect((await admin.get("/models/export")).body).toStrictEqual([]);
  });
});

describe("the lists", () => {
  test("/models/list shows base and custom models, /api/v1/models/list custom ones with their params", async () => {
    await bob.post("/models/create", form("listed", { params: { seed: 5 }, meta: { tags: ["lists"] } }));

    const all = await bob.get("/models/list?limit=100");
    const own = await bob.get(
      "/api/v1/models/list?tag=LISTS&view_option=created&order_by=name&direction=asc",
    );
    const foreign = await eve.get("/api/v1/models/list?query=listed");

    expect(all.body["items"]?.map((item) => item["kind"])).toContain("base");
    expect(all.body["items"]?.[0]).not.toHaveProperty("params");
    expect(own.body).toMatchObject({
      total: 1,
      items: [{ id: "listed", params: { seed: 5 }, write_access: true, user: { email: "bob@example.com" } }],
    });
    expect(foreign.body).toStrictEqual({ items: [], total: 0 });
  });

  test("count all that match, whatever the page, and clamp pages below one", async () => {
    const past = await ada.get("/models/list?page=99&limit=1");
    const first = await ada.get("/models/list?page=-3&limit=1");
    const wrong = await Promise.all([
      ada.get("/models/list?page=abc"),
      ada.get("/models/list?limit=0"),
      ada.get("/models/list?status=nothing"),
    ]);

    expect(past.body["items"]).toStrictEqual([]);
    expect(past.body["total"]).toBe(first.body["total"]);
    expect(first.body["items"]?.length).toBe(1);
    expect(wrong.map(({ status }) => status)).toStrictEqual([400, 400, 400]);
  });

  test("of base models, tags and params answer as documented", async () => {
    const base = await bob.get("/models/base");
    const tags = await bob.get("/models/tags");
    const params = await bob.get("/models/params");
    const refused = await bob.get("/api/v1/models/base");

    expect(base.body.map((item) => item["id"])).toEqual(
      expect.arrayContaining(["llama3.2:latest", "qwen3:8b", "gpt-4o"]),
    );
    expect(tags.body).toContain("lists");
    expect(params.body["params"]?.map((param) => param["name"])).toContain("temperature");
    expect(refused.status).toBe(403);
  });
});

describe("what is stored about a provider's model", () => {
  test("is made by an administrator's update, toggle or sharing, and keeps the connection's access", async () => {
    const live = await ada.get("/models/model?id=gpt-4o");
    const unknown = await ada.get("/api/v1/models/model?id=gpt-4o");
    const renamed = await ada.post("/models/model/update", { ...toForm(live.body), name: "GPT" });
    const stored = await ada.get("/api/v1/models/base");
    const shared = await ada.post("/api/v1/models/model/access/update", {
      id: "gpt-4o",
      access_grants: [{ principal_type: "user", principal_id: world.bob.id, permission: "read" }],
    });
    const back = await ada.post("/models/model/update", { id: "gpt-4o", access_control: "inherit" });

    expect(live.body).toMatchObject({
      kind: "base",
      revision: null,
      access_control: null,
      access_inherited: true,
    });
    expect(unknown.status).toBe(404);
    expect(renamed.body).toMatchObject({
      name: "GPT",
      user_id: world.ada.id,
      base_model_id: null,
      access_inherited: true,
    });
    expect(stored.body.map((row) => row["id"])).toStrictEqual(["gpt-4o"]);
    expect(shared.body).toMatchObject({
      access_inherited: false,
      access_control: { read: { user_ids: [world.bob.id] } },
    });
    expect(back.body["access_inherited"]).toBe(true);
  });
});

function toForm(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== "revision"));
}
