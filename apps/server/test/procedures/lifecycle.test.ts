import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  base,
  listV1,
  postChat,
  readableBy,
  startAccessWorld,
  tryChat,
  type AccessWorld,
} from "../support/access-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { clientFor } from "../support/people.ts";

let world: AccessWorld;
beforeAll(async () => {
  world = await startAccessWorld("public");
});
afterAll(async () => world[Symbol.asyncDispose]());

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const nextYear = "2027-11-01T00:00:00.000Z";
const codeOf = async (call: Promise<unknown>) => (await failureOf(call)).errorCode;

/** A model of Ada's over a base, which Bob may read. */
async function make(id: string, given: { baseModelId?: string; isPrivate?: boolean } = {}): Promise<void> {
  const { ada, bob } = world;
  await ada.trpc.models.create.mutate({
    id,
    name: id,
    baseModelId: given.baseModelId ?? base,
    access: given.isPrivate === true ? { kind: "private" } : readableBy({ userIds: [bob.id] }),
  });
}

describe("models.deprecate", () => {
  test("tells people on every row, and programs on every call, until models.reinstate takes it back", async () => {
    const { ada, bob, server } = world;
    await make("old");
    await make("new");

    const told = await ada.trpc.models.deprecate.mutate({
      id: "old",
      retiresAt: nextYear,
      successorId: "new",
      note: "Use the new one.",
    });
    const row = (await bob.trpc.models.list.query({ query: "old" })).rows[0];
    const whole = await postChat(server, bob.token, { model: "old" });
    const streamed = await postChat(server, bob.token, { model: "old", stream: true });
    await streamed.text();
    await ada.trpc.models.reinstate.mutate({ id: "old" });
    const after = await postChat(server, bob.token, { model: "old" });

    expect(told.lifecycle).toMatchObject({ retiresAt: nextYear, retired: false, successorId: "new" });
    expect(row).toMatchObject({
      callable: true,
      lifecycle: { retiresAt: nextYear, successorId: "new", note: "Use the new one." },
    });
    for (const answer of [whole, streamed]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get("deprecation")).toMatch(/^@\d{10}$/u);
      expect(answer.headers.get("sunset")).toBe("Mon, 01 Nov 2027 00:00:00 GMT");
      expect(answer.headers.get("link")).toBe('</v1/models/new>; rel="successor-version"');
    }
    expect([after.status, after.headers.get("deprecation")]).toStrictEqual([200, null]);
    expect((await bob.trpc.models.get.query({ id: "old" })).lifecycle).toBeNull();
  });

  test("does not name a successor to those who may not read it, and warns those who build on the model", async () => {
    const { ada, bob, server } = world;
    await make("below");
    await make("above", { baseModelId: "below" });
    await make("secret", { isPrivate: true });
    await ada.trpc.models.deprecate.mutate({ id: "below", successorId: "secret", retiresAt: nextYear });

    const below = await postChat(server, bob.token, { model: "below" });
    const above = await postChat(server, bob.token, { model: "above" });

    expect((await bob.trpc.models.get.query({ id: "below" })).lifecycle?.successorId).toBeNull();
    expect([below.headers.get("link"), above.headers.get("link")]).toStrictEqual([null, null]);
    expect(above.headers.get("sunset")).toBe("Mon, 01 Nov 2027 00:00:00 GMT");
  });

  test("refuses calls from the very moment on, of the model and of what is built on it, without another write", async () => {
    const { ada, bob, server } = world;
    await make("ending");
    await make("on-ending", { baseModelId: "ending" });
    await ada.trpc.models.deprecate.mutate({ id: "ending", retiresAt: inMs(1_500) });
    expect((await tryChat(server, bob.token, "on-ending")).status).toBe(200);
    expect(await listV1(server, bob.token)).toContain("ending");

    await expect
      .poll(() => tryChat(server, bob.token, "ending"), { timeout: 5_000 })
      .toStrictEqual({
        status: 404,
        code: "model_retired",
      });

    expect(await tryChat(server, bob.token, "on-ending")).toStrictEqual({
      status: 404,
      code: "model_retired",
    });
    const listed = await listV1(server, bob.token);
    expect(listed).not.toContain("ending");
    expect(listed).not.toContain("on-ending");
    expect(await bob.trpc.models.get.query({ id: "ending" })).toMatchObject({
      callable: false,
      lifecycle: { retired: true },
    });
    expect((await bob.trpc.access.explain.query({ id: "on-ending" })).refusal).toMatchObject({
      code: "model_retired",
    });
  });

  test("is for those who may write the model, and its successor for those who may read that", async () => {
    const { ada, bob, eve, server } = world;
    await make("kept");
    await make("hidden-successor", { isPrivate: true });
    await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "kept" });
    await ada.trpc.models.deprecate.mutate({ id: "kept" });

    expect([
      await codeOf(bob.trpc.models.deprecate.mutate({ id: "kept" })),
      await codeOf(bob.trpc.models.reinstate.mutate({ id: "kept" })),
      await codeOf(eve.trpc.models.deprecate.mutate({ id: "kept" })),
      await codeOf(eve.trpc.models.reinstate.mutate({ id: "kept" })),
      await codeOf(clientFor(server.url).models.deprecate.mutate({ id: "kept" })),
      await codeOf(bob.trpc.models.deprecate.mutate({ id: "bobs", successorId: "hidden-successor" })),
      await codeOf(ada.trpc.models.deprecate.mutate({ id: "kept", successorId: "nowhere" })),
      await codeOf(ada.trpc.models.deprecate.mutate({ id: "kept", successorId: "kept" })),
      await codeOf(ada.trpc.models.deprecate.mutate({ id: "kept", retiresAt: "tomorrow" })),
      await codeOf(ada.trpc.models.deprecate.mutate({ id: "kept", note: "x".repeat(1_001) })),
      await codeOf(ada.trpc.models.reinstate.mutate({ id: "" })),
    ]).toStrictEqual([
      "access_denied",
      "access_denied",
      "model_not_found",
      "model_not_found",
      "unauthenticated",
      "base_model_not_found",
      "base_model_not_found",
      "base_cycle",
      "invalid_input",
      "invalid_input",
      "invalid_input",
    ]);
  });

  test("of a provider's own model needs no settings stored about it", async () => {
    const { ada, bob, server } = world;
    await ada.trpc.models.deprecate.mutate({ id: base, retiresAt: nextYear, note: "Too old." });

    const row = await bob.trpc.models.get.query({ id: base });
    const call = await postChat(server, bob.token, { model: base });
    await ada.trpc.models.reinstate.mutate({ id: base });

    expect(row).toMatchObject({ revision: null, lifecycle: { note: "Too old." } });
    expect(call.headers.get("sunset")).not.toBeNull();
  });
});

describe("models.affected", () => {
  test("names what is built on a model, aliases, keys, and who used any of them", async () => {
    const { ada, bob, eve, server } = world;
    await make("root-model");
    await make("middle", { baseModelId: "root-model" });
    await bob.trpc.models.create.mutate({ id: "bobs-own", name: "Own", baseModelId: "middle" });
    await ada.trpc.aliases.create.mutate({ id: "nick", targets: [{ id: "middle", weight: 1 }] });
    const { key } = await bob.trpc.keys.create.mutate({ name: "robot", models: { ids: ["middle"] } });
    await tryChat(server, key, "middle");
    await tryChat(server, bob.token, "bobs-own");

    const affected = await ada.trpc.models.affected.query({ id: "root-model" });

    expect(affected).toMatchObject({
      models: { named: ["bobs-own", "middle"], hidden: 0 },
      aliases: { named: ["nick"], hidden: 0 },
      keys: { named: [{ name: "robot", ownerName: "Bob" }], hidden: 0 },
      users: [{ id: bob.id, name: "Bob" }],
    });
    expect(await codeOf(bob.trpc.models.affected.query({ id: "root-model" }))).toBe("access_denied");
    expect(await codeOf(eve.trpc.models.affected.query({ id: "root-model" }))).toBe("model_not_found");
    expect(await codeOf(ada.trpc.models.affected.query({ id: "root-model", days: 0 }))).toBe("invalid_input");
  });
});

describe("models.repoint", () => {
  test("builds on the successor what its actor may write, and reports the rest", async () => {
    const { ada, bob, eve } = world;
    await make("from");
    await make("to");
    await make("one", { baseModelId: "from" });
    await bob.trpc.models.create.mutate({ id: "two", name: "Two", baseModelId: "from" });
    await ada.trpc.aliases.create.mutate({ id: "stands-for", targets: [{ id: "from", weight: 3 }] });

    const dry = await ada.trpc.models.repoint.mutate({ from: "from", to: "to", dryRun: true });
    const unchanged = await ada.trpc.models.get.query({ id: "one" });
    const done = await ada.trpc.models.repoint.mutate({ from: "from", to: "to" });
    const again = await ada.trpc.models.repoint.mutate({ from: "from", to: "to" });

    expect(dry.results.map(({ id, outcome }) => `${id} ${outcome}`).toSorted()).toStrictEqual([
      "one updated",
      "two updated",
    ]);
    expect([dry.aliases, unchanged.baseModelId]).toStrictEqual([["stands-for"], "from"]);
    expect([done.results.length, done.aliases]).toStrictEqual([2, ["stands-for"]]);
    expect((await bob.trpc.models.get.query({ id: "two" })).baseModelId).toBe("to");
    expect((await ada.trpc.aliases.get.query({ id: "stands-for" })).definition?.targets).toMatchObject([
      { id: "to", weight: 3 },
    ]);
    expect(again).toStrictEqual({ results: [], aliases: [] });

    expect([
      await codeOf(bob.trpc.models.repoint.mutate({ from: "from", to: "to" })),
      await codeOf(eve.trpc.models.repoint.mutate({ from: "from", to: "to" })),
      await codeOf(ada.trpc.models.repoint.mutate({ from: "from", to: "nowhere" })),
      await codeOf(ada.trpc.models.repoint.mutate({ from: "from", to: "FROM" })),
      await codeOf(ada.trpc.models.repoint.mutate({ from: "from", to: "" })),
    ]).toStrictEqual(["access_denied", "model_not_found", "model_not_found", "base_cycle", "invalid_input"]);
  });
});
