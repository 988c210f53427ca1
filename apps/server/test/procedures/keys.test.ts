import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  base,
  listV1,
  readableBy,
  startAccessWorld,
  tryChat,
  type AccessWorld,
} from "../support/access-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { clientFor } from "../support/people.ts";

const day = 24 * 60 * 60_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();

let world: AccessWorld;
beforeAll(async () => {
  world = await startAccessWorld("public");
  const { ada, bob } = world;
  const over = { baseModelId: base, access: readableBy({ userIds: [bob.id] }) };
  await ada.trpc.models.create.mutate({ id: "team-chat", name: "Chat", ...over });
  await ada.trpc.models.create.mutate({ id: "team-code", name: "Code", ...over });
  await ada.trpc.models.create.mutate({ id: "secret", name: "Secret", baseModelId: base });
});
afterAll(async () => world[Symbol.asyncDispose]());

const codeOf = async (call: Promise<unknown>) => (await failureOf(call)).errorCode;

describe("a new key", () => {
  test("is shown once, calls and lists for ninety days, and is listed masked", async () => {
    const { bob, server } = world;

    const { apiKey, key } = await bob.trpc.keys.create.mutate({ name: "plain" });
    const { keys } = await bob.trpc.keys.list.query();

    expect(apiKey).toMatchObject({ name: "plain", scopes: ["gateway:invoke", "models:read"], models: null });
    expect(Math.round((Date.parse(apiKey.expiresAt ?? "") - Date.now()) / day)).toBe(90);
    expect(keys.find(({ id }) => id === apiKey.id)).toStrictEqual(apiKey);
    expect(JSON.stringify(keys)).not.toContain(key);
    expect((await tryChat(server, key, "team-chat")).status).toBe(200);
    expect(await codeOf(clientFor(server.url, key).models.toggle.mutate({ id: "team-chat" }))).toBe(
      "access_denied",
    );
  });

  test("[KEY-3] has at most its owner's rights: scopes, models, life", async () => {
    const { ada, bob } = world;
    const create = bob.trpc.keys.create.mutate;

    expect([
      await codeOf(create({ name: "x", scopes: ["admin"] })),
      await codeOf(create({ name: "x", scopes: ["connections:read"] })),
      await codeOf(create({ name: "x", models: { ids: ["secret"] } })),
      await codeOf(create({ name: "x", models: { ids: ["nowhere"] } })),
      await codeOf(create({ name: "x", expiresAt: null })),
      await codeOf(create({ name: "x", expiresAt: inDays(400) })),
      await codeOf(create({ name: "x", expiresAt: inDays(-1) })),
      await codeOf(create({ name: "x", models: { ids: ["team-chat"] }, scopes: ["models:write"] })),
      await codeOf(create({ name: "x", models: { ids: [], patterns: [] } })),
      await codeOf(create({ name: "  " })),
    ]).toStrictEqual([
      "access_denied",
      "access_denied",
      "model_not_found",
      "model_not_found",
      ...Array.from({ length: 6 }, () => "invalid_input"),
    ]);
    const forever = await ada.trpc.keys.create.mutate({ name: "x", scopes: ["admin"], expiresAt: null });
    expect(forever.apiKey).toMatchObject({ scopes: ["admin"], expiresAt: null });
  });

  test("has a name of its own, and nobody has more than fifty", async () => {
    const { eve } = world;
    await eve.trpc.keys.create.mutate({ name: "k0" });

    const twice = await codeOf(eve.trpc.keys.create.mutate({ name: "k0" }));
    for (let at = 1; at < 50; at += 1) await eve.trpc.keys.create.mutate({ name: `k${at}` });
    const tooMany = await failureOf(eve.trpc.keys.create.mutate({ name: "k50" }));

    expect(twice).toBe("name_taken");
    expect(tooMany).toMatchObject({ errorCode: "invalid_input", message: expect.stringMatching(/50 keys/u) });
  });

  test("is not made without the permission, nor by a stranger", async () => {
    const { server } = world;

    expect(await codeOf(clientFor(server.url).keys.create.mutate({ name: "x" }))).toBe("unauthenticated");
    expect(await codeOf(clientFor(server.url).keys.list.query())).toBe("unauthenticated");
  });
});

describe("a key with a list of models", () => {
  test("names those alone, on every list and call; what they are built on is still called through them", async () => {
    const { bob, server } = world;
    const { key } = await bob.trpc.keys.create.mutate({ name: "one", models: { ids: ["Team-Chat"] } });
    const byKey = clientFor(server.url, key);

    const page = await byKey.models.list.query({ facets: true });
    const one = await fetch(`${server.url}/v1/models/team-code`, {
      headers: { authorization: `Bearer ${key}` },
    });

    expect(page.rows.map(({ id }) => id)).toStrictEqual(["team-chat"]);
    expect(page.facets?.kind).toStrictEqual([{ value: "custom", label: "custom", count: 1 }]);
    expect(await listV1(server, key)).toStrictEqual(["team-chat"]);
    expect((await byKey.models.get.query({ id: "team-chat" })).id).toBe("team-chat");
    expect(await tryChat(server, key, "team-chat")).toStrictEqual({ status: 200, code: undefined });
    // outside of it a model answers exactly as one that does not exist
    for (const id of ["team-code", base, "nowhere"]) {
      expect(await tryChat(server, key, id)).toStrictEqual({ status: 404, code: "model_not_found" });
      expect(await codeOf(byKey.models.get.query({ id }))).toBe("model_not_found");
    }
    expect(one.status).toBe(404);
  });

  test("follows its patterns to models that come later, and its uids, not names, to what they are", async () => {
    const { ada, bob, server } = world;
    const made = await bob.trpc.keys.create.mutate({
      name: "pattern",
      models: { ids: ["team-chat"], patterns: ["later-*"] },
    });
    expect(await listV1(server, made.key)).toStrictEqual(["team-chat"]);

    const over = { baseModelId: base, access: readableBy({ userIds: [bob.id] }) };
    await ada.trpc.models.create.mutate({ id: "Later-One", name: "Later", ...over });
    expect(await listV1(server, made.key)).toStrictEqual(["team-chat", "Later-One"]);

    await ada.trpc.models.create.mutate({ id: "short-lived", name: "S", ...over });
    const uidKey = await bob.trpc.keys.create.mutate({ name: "uid", models: { ids: ["short-lived"] } });
    await ada.trpc.models.delete.mutate({ id: "short-lived" });
    await ada.trpc.models.create.mutate({ id: "short-lived", name: "Another", ...over });
    expect(await listV1(server, uidKey.key)).toStrictEqual([]);
    const { keys } = await bob.trpc.keys.list.query();
    expect(keys.find(({ name }) => name === "uid")?.models?.entries).toMatchObject([{ id: null }]);

    await ada.trpc.models.delete.mutate({ id: "short-lived" });
    await ada.trpc.models.delete.mutate({ id: "Later-One" });
  });

  test("never lets its owner's lost rights through", async () => {
    const { ada, bob, server } = world;
    const access = readableBy({ userIds: [bob.id] });
    await ada.trpc.models.create.mutate({ id: "lent", name: "Lent", baseModelId: base, access });
    const { key } = await bob.trpc.keys.create.mutate({ name: "lent", models: { ids: ["lent"] } });
    expect((await tryChat(server, key, "lent")).status).toBe(200);

    await ada.trpc.models.update.mutate({ id: "lent", revision: 1, access: { kind: "private" } });

    expect(await tryChat(server, key, "lent")).toStrictEqual({ status: 404, code: "model_not_found" });
    expect(await listV1(server, key)).toStrictEqual([]);
  });
});

describe("a change to a key", () => {
  test("counts from its answer on: another list, another scope, an end", async () => {
    const { bob, server } = world;
    const { apiKey, key } = await bob.trpc.keys.create.mutate({ name: "changing" });
    const { id } = apiKey;
    expect((await tryChat(server, key, "team-code")).status).toBe(200);

    const limited = await bob.trpc.keys.update.mutate({ id, models: { ids: ["team-chat"] } });
    expect(limited.models?.entries).toMatchObject([{ id: "team-chat" }]);
    expect((await tryChat(server, key, "team-code")).status).toBe(404);

    await bob.trpc.keys.update.mutate({ id, models: null, scopes: ["models:read"], name: "renamed" });
    expect(await tryChat(server, key, "team-code")).toMatchObject({ status: 403 });
    expect(await listV1(server, key)).toBe(403);
    expect((await clientFor(server.url, key).models.list.query({})).total).toBeGreaterThan(1);

    await bob.trpc.keys.update.mutate({ id, expiresAt: new Date(Date.now() + 300).toISOString() });
    await expect.poll(() => listV1(server, key), { timeout: 3_000 }).toBe(401);
  });

  test("is its owner's alone, and keeps names apart", async () => {
    const { ada, bob } = world;
    const { apiKey } = await bob.trpc.keys.create.mutate({ name: "mine" });
    const { id } = apiKey;
    const unknown = "00000000-0000-4000-8000-000000000000";
    await bob.trpc.keys.replaceDefault.mutate();
    const { keys } = await bob.trpc.keys.list.query();
    const defaultId = keys.find(({ name }) => name === "default")?.id ?? "";

    expect([
      await codeOf(ada.trpc.keys.update.mutate({ id, name: "stolen" })),
      await codeOf(ada.trpc.keys.roll.mutate({ id })),
      await codeOf(ada.trpc.keys.delete.mutate({ id })),
      await codeOf(bob.trpc.keys.update.mutate({ id: unknown, name: "x" })),
      await codeOf(bob.trpc.keys.roll.mutate({ id: unknown })),
      // the default key has its owner's rights, whatever they are
      await codeOf(bob.trpc.keys.update.mutate({ id: defaultId, scopes: ["models:read"] })),
      await codeOf(bob.trpc.keys.update.mutate({ id, name: "default" })),
      await codeOf(bob.trpc.keys.update.mutate({ id, scopes: [] })),
      await codeOf(bob.trpc.keys.roll.mutate({ id, overlapMinutes: -1 })),
      await codeOf(bob.trpc.keys.delete.mutate({ id: "mine" })),
    ]).toStrictEqual([
      ...Array.from({ length: 6 }, () => "key_not_found"),
      "name_taken",
      "invalid_input",
      "invalid_input",
      "invalid_input",
    ]);
  });

  test("rolls: a new secret under the old name and rights, the old one until the overlap ends", async () => {
    const { bob, server } = world;
    const first = await bob.trpc.keys.create.mutate({ name: "rolling", models: { ids: ["team-chat"] } });

    const second = await bob.trpc.keys.roll.mutate({ id: first.apiKey.id, overlapMinutes: 60 });
    const both = [await listV1(server, first.key), await listV1(server, second.key)];
    const third = await bob.trpc.keys.roll.mutate({ id: second.apiKey.id });

    expect(both).toStrictEqual([["team-chat"], ["team-chat"]]);
    expect(second.apiKey).toMatchObject({ name: "rolling", models: first.apiKey.models });
    expect([await listV1(server, second.key), await listV1(server, third.key)]).toStrictEqual([
      401,
      ["team-chat"],
    ]);
  });

  test("that is its end counts at once", async () => {
    const { bob, server } = world;
    const { apiKey, key } = await bob.trpc.keys.create.mutate({ name: "ending" });
    expect(await listV1(server, key)).not.toBe(401);

    await bob.trpc.keys.delete.mutate({ id: apiKey.id });

    expect(await listV1(server, key)).toBe(401);
    expect(await codeOf(bob.trpc.keys.delete.mutate({ id: apiKey.id }))).toBe("key_not_found");
  });
});

test("a key that names an alias calls what the alias leads to, and nothing else", async () => {
  const { ada, bob, server } = world;
  await ada.trpc.aliases.create.mutate({
    id: "assistant",
    targets: [
      { id: "team-chat", weight: 1 },
      { id: "secret", weight: 1 },
    ],
  });
  const { apiKey, key } = await bob.trpc.keys.create.mutate({
    name: "alias",
    models: { ids: ["Assistant"] },
  });

  expect(apiKey.models?.entries).toMatchObject([{ id: "assistant" }]);
  expect(await listV1(server, key)).toStrictEqual(["assistant"]);
  expect((await tryChat(server, key, "assistant")).status).toBe(200);
  expect(await tryChat(server, key, "team-chat")).toStrictEqual({ status: 404, code: "model_not_found" });

  const other = await bob.trpc.keys.create.mutate({ name: "target", models: { ids: ["team-chat"] } });
  expect(await tryChat(server, other.key, "assistant")).toStrictEqual({
    status: 404,
    code: "model_not_found",
  });
  expect(await listV1(server, other.key)).toStrictEqual(["team-chat"]);
});
