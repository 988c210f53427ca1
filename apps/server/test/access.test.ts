import { describe, expect, test } from "vitest";
import {
  base,
  listV1,
  postChat,
  readableBy,
  startAccessWorld,
  tryChat,
  words,
} from "./support/access-world.ts";
import { clientFor, password } from "./support/people.ts";
import { sendRaw, type RawRequest } from "./support/raw-request.ts";

const maxCutMs = 5_000;

describe("a reader", () => {
  test("[AC-09] [SEC-2] learns of a model what it is called and can do, and nothing of how it is made", async () => {
    await using world = await startAccessWorld();
    const { server, ada, bob } = world;
    await ada.trpc.models.create.mutate({
      id: "shared",
      name: "Shared",
      baseModelId: base,
      params: { system: "The password is swordfish.", temperature: 0.123, custom_params: { num_secret: 1 } },
      meta: { description: "Helps.", suggestion_prompts: [{ content: "Try me" }] },
      access: readableBy({ userIds: [bob.id] }),
    });

    const [row, page, tags, byBase, facets, v1List, v1One] = await Promise.all([
      bob.trpc.models.get.query({ id: "shared" }),
      bob.trpc.models.list.query({}),
      bob.trpc.models.tags.query(),
      bob.trpc.models.list.query({ query: "secret-base" }),
      bob.trpc.models.list.query({ facets: true, connection: [world.connectionUid] }),
      fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${bob.token}` } }).then((answer) =>
        answer.text(),
      ),
      fetch(`${server.url}/v1/models/shared`, { headers: { authorization: `Bearer ${bob.token}` } }).then(
        (answer) => answer.text(),
      ),
    ]);

    expect(row).toMatchObject({
      id: "shared",
      definition: null,
      baseModelId: null,
      mayWrite: false,
      callable: true,
      description: "Helps.",
      suggestionPrompts: ["Try me"],
    });
    expect(page.rows.map(({ id }) => id)).toStrictEqual(["shared"]);
    expect(byBase).toMatchObject({ rows: [], total: 0 });
    // a filter that is not theirs to use filters nothing
    expect(facets.rows.map(({ id }) => id)).toStrictEqual(["shared"]);
    const seen = JSON.stringify([row, page, tags, byBase, facets, v1List, v1One]);
    for (const secret of [
      "swordfish",
      "0.123",
      "num_secret",
      "secret-base",
      "Cellar",
      world.connectionUid,
      "connections",
      "upstreamId",
      new URL(world.ollama.url).host,
    ]) {
      expect(seen).not.toContain(secret);
    }
    await expect(bob.trpc.connections.list.query()).rejects.toMatchObject({
      data: { errorCode: "access_denied" },
    });
    await expect(bob.trpc.connections.health.query()).rejects.toMatchObject({
      data: { errorCode: "access_denied" },
    });
    await expect(bob.trpc.users.list.query({})).rejects.toMatchObject({
      data: { errorCode: "access_denied" },
    });
    await expect(
      bob.trpc.models.update.mutate({ id: "shared", name: "Mine", revision: row.revision ?? 0 }),
    ).rejects.toMatchObject({ data: { errorCode: "access_denied" } });
  });

  test("[AC-06] [IDOR-1] cannot tell what is forbidden from what does not exist: status, headers and body are the same", async () => {
    await using world = await startAccessWorld();
    const { server, ada, bob } = world;
    await ada.trpc.models.create.mutate({ id: "private-preset", name: "Private", baseModelId: base });
    const { id: group } = await ada.trpc.groups.create.mutate({ name: "Others", memberIds: [ada.id] });
    const pairs = [
      ["private-preset", "missing-preset"],
      [base, "missing-bases:7b".slice(0, base.length)],
      [group, `${group.slice(0, -4)}0000`],
    ] as const;
    const headers = { authorization: `Bearer ${bob.token}`, "content-type": "application/json" };
    const post = (path: string, body: object): RawRequest => ({
      method: "POST",
      path,
      headers,
      body: JSON.stringify(body),
    });
    const messages = [{ role: "user", content: "hello" }];
    const requests: readonly ((id: string) => RawRequest)[] = [
      (id) => ({ path: `/trpc/models.get?input=${encodeURIComponent(JSON.stringify({ id }))}`, headers }),
      (id) => post("/trpc/models.update", { id, name: "Mine", revision: 1 }),
      (id) => post("/trpc/models.update", { id, isActive: false }),
      (id) => post("/trpc/models.toggle", { id }),
      (id) => post("/trpc/models.delete", { id, force: true }),
      (id) => post("/trpc/models.create", { id: "new", name: "New", baseModelId: id }),
      (id) =>
        post("/trpc/models.create", {
          id: "new",
          name: "New",
          baseModelId: "nothing",
          access: readableBy({ groupIds: [id] }),
        }),
      (id) => post("/trpc/chat.complete", { model: id, messages }),
      (id) => post("/trpc/chat.stream", { model: id, messages }),
      (id) => ({ path: `/v1/models/${id}`, headers }),
      (id) => post("/v1/chat/completions", { model: id, messages }),
      (id) => post("/v1/chat/completions", { model: id, messages, stream: true }),
      (id) => post("/v1/embeddings", { model: id, input: "hello" }),
    ];

    for (const [forbidden, missing] of pairs) {
      for (const request of requests) {
        const answers = await Promise.all(
          [forbidden, missing].map(async (id) => {
            const { status, headers: answered, text } = await sendRaw(server.url, request(id));
            const { "x-request-id": _id, date: _date, ...others } = answered;
            const comparable = text.replaceAll(id, "<id>").replace(/"requestId":"[^"]+"/u, "");
            return { status, others, comparable };
          }),
        );

        expect(answers[0]).toStrictEqual(answers[1]);
        expect(answers[0]?.status).toBeGreaterThanOrEqual(400);
        expect(answers[0]?.status).toBeLessThan(500);
      }
    }
  });
});

describe("a base that is closed later", () => {
  test("[AC-02] [AC-03] cuts those who stood on their own right to it, and keeps what was vouched for", async () => {
    await using world = await startAccessWorld("public");
    const { server, ada, bob, eve } = world;
    await bob.trpc.models.create.mutate({
      id: "bobs",
      name: "Bob's",
      baseModelId: base,
      access: readableBy({ userIds: [eve.id] }),
    });
    await ada.trpc.models.create.mutate({
      id: "adas",
      name: "Ada's",
      baseModelId: base,
      access: readableBy({ userIds: [eve.id, bob.id] }),
    });
    const chatOf = (who: { token: string }, model: string) => tryChat(server, who.token, model);
    expect(
      await Promise.all([chatOf(eve, "bobs"), chatOf(eve, "adas"), chatOf(bob, "bobs"), chatOf(eve, base)]),
    ).toStrictEqual(Array.from({ length: 4 }, () => ({ status: 200, code: undefined })));

    await ada.trpc.models.update.mutate({ id: base, access: { kind: "private" } });

    const notShared = { status: 403, code: "base_not_shared" };
    expect(await chatOf(bob, "bobs")).toStrictEqual(notShared);
    expect(await chatOf(eve, "bobs")).toStrictEqual(notShared);
    expect(await chatOf(eve, "adas")).toStrictEqual({ status: 200, code: undefined });
    expect(await chatOf(eve, base)).toStrictEqual({ status: 404, code: "model_not_found" });
    expect(await listV1(server, eve.token)).toStrictEqual(["adas"]);
    // its owner keeps the row, and is told
    expect(await bob.trpc.models.get.query({ id: "bobs" })).toMatchObject({
      status: "base_not_shared",
      callable: false,
    });

    await ada.trpc.models.update.mutate({ id: base, revision: 1, access: { kind: "inherit" } });
    expect(await chatOf(eve, "bobs")).toStrictEqual({ status: 200, code: undefined });
  });

  test("[AC-03] a vouch of somebody who may write the base dies with that right", async () => {
    await using world = await startAccessWorld();
    const { server, ada, bob, eve } = world;
    const nobody = { groupIds: [], userIds: [] };
    const access = { kind: "restricted" as const, read: nobody, write: { groupIds: [], userIds: [bob.id] } };
    await ada.trpc.models.create.mutate({ id: "middle", name: "Middle", baseModelId: base, access });
    await bob.trpc.models.create.mutate({
      id: "top",
      name: "Top",
      baseModelId: "middle",
      access: readableBy({ userIds: [eve.id] }),
    });
    expect(await tryChat(server, eve.token, "top")).toStrictEqual({ status: 200, code: undefined });

    await ada.trpc.models.update.mutate({
      id: "middle",
      revision: 1,
      access: readableBy({ userIds: [bob.id] }),
    });

    expect(await tryChat(server, eve.token, "top")).toStrictEqual({ status: 403, code: "base_not_shared" });
    expect(await tryChat(server, bob.token, "middle")).toStrictEqual({ status: 200, code: undefined });
  });
});

describe("a model that is", () => {
  test("deactivated refuses calls, and so does what is built on it; writers still see it", async () => {
    await using world = await startAccessWorld();
    const { server, ada, bob } = world;
    await ada.trpc.models.create.mutate({
      id: "lower",
      name: "Lower",
      baseModelId: base,
      access: { kind: "public" },
    });
    await ada.trpc.models.create.mutate({
      id: "upper",
      name: "Upper",
      baseModelId: "lower",
      access: { kind: "public" },
    });
    expect(await listV1(server, bob.token)).toStrictEqual(["lower", "upper"]);

    await ada.trpc.models.toggle.mutate({ id: "lower", isActive: false });

    expect(await tryChat(server, bob.token, "lower")).toStrictEqual({ status: 403, code: "model_inactive" });
    expect(await tryChat(server, bob.token, "upper")).toStrictEqual({ status: 403, code: "base_inactive" });
    expect(await listV1(server, bob.token)).toStrictEqual([]);
    expect((await bob.trpc.models.list.query({})).rows.map(({ id }) => id)).not.toContain("lower");
    expect(await ada.trpc.models.get.query({ id: "lower" })).toMatchObject({ isActive: false });
    expect(await ada.trpc.models.get.query({ id: "upper" })).toMatchObject({ status: "base_inactive" });

    await ada.trpc.models.toggle.mutate({ id: "lower" });
    expect(await tryChat(server, bob.token, "upper")).toStrictEqual({ status: 200, code: undefined });
  });

  test("hidden is in no list, and is called by its id", async () => {
    await using world = await startAccessWorld();
    const { server, ada, bob } = world;
    await ada.trpc.models.create.mutate({
      id: "hidden",
      name: "Hidden",
      baseModelId: base,
      meta: { hidden: true },
      access: { kind: "public" },
    });

    expect(await listV1(server, bob.token)).toStrictEqual([]);
    expect((await bob.trpc.models.list.query({})).rows).toStrictEqual([]);
    expect((await ada.trpc.models.list.query({ kind: "custom" })).rows.map(({ id }) => id)).toStrictEqual([
      "hidden",
    ]);
    expect(await tryChat(server, bob.token, "hidden")).toStrictEqual({ status: 200, code: undefined });
  });

  test("on a connection that was switched off refuses calls and stays in the administrators' list", async () => {
    await using world = await startAccessWorld("public");
    const { server, ada, bob } = world;
    const [connection] = (await ada.trpc.connections.list.query()).connections;

    await ada.trpc.connections.update.mutate({
      uid: world.connectionUid,
      revision: connection?.revision ?? 0,
      enabled: false,
    });

    expect(await tryChat(server, bob.token, base)).toStrictEqual({
      status: 503,
      code: "upstream_unavailable",
    });
    expect(await listV1(server, bob.token)).toStrictEqual([]);
    expect((await ada.trpc.models.list.query({})).rows).toMatchObject([{ id: base, status: "disabled" }]);
  });
});

describe("a credential that ends", () => {
  test("refuses the next request: a key that was replaced or deleted", async () => {
    await using world = await startAccessWorld("public");
    const { server, bob } = world;
    const { key: first } = await bob.trpc.keys.replaceDefault.mutate();
    expect(await listV1(server, first)).toStrictEqual([base]);

    const { key: second } = await bob.trpc.keys.replaceDefault.mutate();
    expect([await listV1(server, first), await listV1(server, second)]).toStrictEqual([401, [base]]);

    await bob.trpc.keys.deleteDefault.mutate();
    expect(await listV1(server, second)).toBe(401);
  });

  test("SES-1: cuts the answers that it is being given, within five seconds: key, session, account", async () => {
    await using world = await startAccessWorld("public");
    const { server, ada, bob, eve } = world;
    const { key } = await bob.trpc.keys.replaceDefault.mutate();
    const long = { model: base, prompt: words(20_000), stream: true };
    const typed = (token: string) =>
      clientFor(server.url, token).chat.stream.mutate({
        model: base,
        messages: [{ role: "user", content: long.prompt }],
      });
    const ends: readonly (readonly [token: string, end: () => Promise<unknown>])[] = [
      [key, () => bob.trpc.keys.deleteDefault.mutate()],
      [bob.token, () => bob.trpc.auth.signOut.mutate()],
      [eve.token, () => ada.trpc.users.update.mutate({ id: eve.id, status: "suspended" })],
    ];

    for (const [token, end] of ends) {
      const answer = await postChat(server, token, long);
      const reader = answer.body?.getReader();
      await reader?.read();
      const events = (await typed(token))[Symbol.asyncIterator]();
      await events.next();

      await end();
      const endedAt = performance.now();
      let text = "";
      for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
        text += new TextDecoder().decode(next.value);
      }
      const failure = await (async () => {
        while ((await events.next()).done !== true);
      })().catch((error: unknown) => error);

      expect(performance.now() - endedAt).toBeLessThan(maxCutMs);
      expect(text).toMatch(/data: \{"error":\{[^\n]*"code":"unauthenticated"[^\n]*\n\n$/u);
      expect(text).not.toContain("[DONE]");
      expect(failure).toMatchObject({ data: { errorCode: "unauthenticated" } });
      expect(await listV1(server, token)).toBe(401);
    }
    await expect(
      clientFor(server.url).auth.signIn.mutate({ email: "eve@example.com", password }),
    ).rejects.toMatchObject({
      data: { errorCode: "unauthenticated" },
    });
  });

  test("ends with its role: an administrator who is demoted manages nothing from then on", async () => {
    await using world = await startAccessWorld();
    const { ada, bob } = world;
    // A key, since another role ends the sessions.
    const { key } = await bob.trpc.keys.replaceDefault.mutate();
    const byKey = clientFor(world.server.url, key);
    await ada.trpc.users.update.mutate({ id: bob.id, role: "admin" });
    expect((await byKey.connections.list.query()).connections).toHaveLength(1);

    await ada.trpc.users.update.mutate({ id: bob.id, role: "user" });

    await expect(byKey.connections.list.query()).rejects.toMatchObject({
      data: { errorCode: "access_denied" },
    });
    await expect(byKey.models.get.query({ id: base })).rejects.toMatchObject({
      data: { errorCode: "model_not_found" },
    });
  });
});

describe("leaving a group", () => {
  test("[SES-4] counts from its acknowledgement on, for every request, and lets a running answer finish", async () => {
    await using world = await startAccessWorld();
    const { server, ada, bob } = world;
    const { id: group } = await ada.trpc.groups.create.mutate({ name: "Support", memberIds: [bob.id] });
    await ada.trpc.models.create.mutate({
      id: "support",
      name: "Support",
      baseModelId: base,
      access: readableBy({ groupIds: [group] }),
    });
    let acknowledgedAt = Number.POSITIVE_INFINITY;
    const seen: { readonly startedAt: number; readonly status: number }[] = [];
    const read = async () => {
      for (let after = 0; after < 5; after += Number.isFinite(acknowledgedAt) ? 1 : 0) {
        const startedAt = performance.now();
        const { status } = await fetch(`${server.url}/v1/models/support`, {
          headers: { authorization: `Bearer ${bob.token}` },
        });
        seen.push({ startedAt, status });
      }
    };

    const readers = Promise.all(Array.from({ length: 20 }, read));
    await expect.poll(() => seen.length, { timeout: 15_000 }).toBeGreaterThan(40);
    // two seconds of it are still to come
    const running = await postChat(server, bob.token, { model: "support", prompt: words(200), stream: true });
    await ada.trpc.groups.update.mutate({ id: group, memberIds: [] });
    acknowledgedAt = performance.now();
    await readers;
    const text = await running.text();

    const before = seen.filter(({ startedAt }) => startedAt < acknowledgedAt);
    const after = seen.filter(({ startedAt }) => startedAt >= acknowledgedAt);
    expect(before.some(({ status }) => status === 200)).toBe(true);
    expect(after.length).toBeGreaterThan(20);
    expect(new Set(after.map(({ status }) => status))).toStrictEqual(new Set([404]));
    expect(text).toContain("w199");
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test("or losing the whole group ends what it was given", async () => {
    await using world = await startAccessWorld();
    const { server, ada, bob } = world;
    const make = () => ada.trpc.groups.create.mutate({ name: "Support", memberIds: [bob.id] });
    const { id: group } = await make();
    await ada.trpc.models.create.mutate({
      id: "support",
      name: "Support",
      baseModelId: base,
      access: readableBy({ groupIds: [group] }),
    });
    expect(await listV1(server, bob.token)).toStrictEqual(["support"]);

    await ada.trpc.groups.delete.mutate({ id: group });
    expect(await listV1(server, bob.token)).toStrictEqual([]);

    // one of the same name inherits nothing
    await make();
    expect(await listV1(server, bob.token)).toStrictEqual([]);
    expect(await ada.trpc.models.get.query({ id: "support" })).toMatchObject({
      visibility: "private",
      definition: { access: { read: { groupIds: [] } } },
    });
  });
});
