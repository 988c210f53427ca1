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
import { sendRaw } from "../support/raw-request.ts";

let world: AccessWorld;
beforeAll(async () => {
  world = await startAccessWorld("public");
});
afterAll(async () => world[Symbol.asyncDispose]());

test("[AC-11] a public model is read by everybody, and changed, switched, deleted and shared by nobody else", async () => {
  const { ada, bob, server } = world;
  await ada.trpc.models.create.mutate({
    id: "for-all",
    name: "For all",
    baseModelId: base,
    access: { kind: "public" },
  });
  const before = await ada.trpc.models.get.query({ id: "for-all" });

  const refused = await Promise.all(
    [
      bob.trpc.models.update.mutate({ id: "for-all", revision: 1, name: "Mine" }),
      bob.trpc.models.update.mutate({
        id: "for-all",
        revision: 1,
        access: readableBy({ userIds: [bob.id] }),
      }),
      bob.trpc.models.toggle.mutate({ id: "for-all", isActive: false }),
      bob.trpc.models.delete.mutate({ id: "for-all", force: true }),
    ].map(failureOf),
  );

  expect(await tryChat(server, bob.token, "for-all")).toMatchObject({ status: 200 });
  expect(refused.map(({ errorCode }) => errorCode)).toStrictEqual(
    Array.from({ length: 4 }, () => "access_denied"),
  );
  expect(await ada.trpc.models.get.query({ id: "for-all" })).toStrictEqual(before);
});

test("[AC-13] ids in meta, params and calls are data: they open nothing, for the author neither", async () => {
  const { ada, bob, eve, server } = world;
  const { id: group } = await ada.trpc.groups.create.mutate({ name: "Closed", memberIds: [ada.id] });
  const secret = await ada.trpc.models.create.mutate({ id: "closed", name: "Closed", baseModelId: base });
  const ids = [secret.uid, "closed", group, ada.id, world.connectionUid];
  const forged = {
    actionIds: ids,
    filterIds: ids,
    toolIds: ids,
    knowledge: ids.map((id) => ({ id, user_id: bob.id })),
    user_id: ada.id,
    access_control: null,
    extra: { ownerId: ada.id, base_model_id: "closed", access: { kind: "public" } },
  };
  await bob.trpc.models.create.mutate({ id: "forged", name: "Forged", baseModelId: base, meta: forged });

  const messages = [{ role: "user", content: "hello" }];
  const call = await sendRaw(server.url, {
    method: "POST",
    path: "/v1/chat/completions",
    headers: { authorization: `Bearer ${bob.token}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "forged", messages, ...forged, tool_ids: ids, files: ids }),
  });

  expect(call.status).toBe(200);
  const made = await bob.trpc.models.get.query({ id: "forged" });
  expect(made.definition?.meta).toMatchObject({ knowledge: forged.knowledge, user_id: ada.id });
  expect(made).toMatchObject({ visibility: "private" });
  expect(made.definition?.access).toMatchObject({ kind: "private" });
  for (const person of [bob, eve]) {
    expect((await failureOf(person.trpc.models.get.query({ id: "closed" }))).errorCode).toBe(
      "model_not_found",
    );
    expect(await tryChat(server, person.token, "closed")).toMatchObject({ status: 404 });
  }
  expect(await tryChat(server, eve.token, "forged")).toMatchObject({ status: 404 });
});

describe("a restricted key", () => {
  const ask = async (headers: Record<string, string>, path = "/v1/models") =>
    (await sendRaw(world.server.url, { path, headers })).status;

  test("[KEY-1] is restricted however its header is written, and is a credential in no other place", async () => {
    const { key } = await world.bob.trpc.keys.create.mutate({ name: "reading", scopes: ["models:read"] });
    const bearers = [
      { authorization: `Bearer ${key}` },
      { Authorization: `Bearer ${key}` },
      { AUTHORIZATION: `bearer ${key}` },
      { authorization: `Bearer  ${key}` },
    ];
    const elsewhere = [
      { "x-api-key": key },
      { "api-key": key },
      { "x-goog-api-key": key },
      { cookie: `sid=${key}` },
      { cookie: `token=${key}; authorization=Bearer ${key}` },
      { "proxy-authorization": `Bearer ${key}` },
      { authorization: `Basic ${Buffer.from(`:${key}`).toString("base64")}` },
      { authorization: key },
      { "sec-websocket-protocol": `openai-insecure-api-key.${key}` },
    ];

    expect(await Promise.all(bearers.map((headers) => ask(headers)))).toStrictEqual([
      403,
      403,
      403,
      expect.anything(),
    ]);
    expect(new Set(await Promise.all(elsewhere.map((headers) => ask(headers))))).toStrictEqual(
      new Set([401]),
    );
    for (const query of [`?key=${key}`, `?api_key=${key}`, `?access_token=${key}`, `?token=${key}`]) {
      expect(await ask({}, `/v1/models${query}`)).toBe(401);
      expect(await ask({}, `/trpc/models.list${query}`)).toBe(401);
    }
    expect(await ask({ "x-api-key": key }, "/trpc/models.list")).toBe(401);
  });

  test("[AC-12] made in better days is worth nothing to somebody who waits for approval again", async () => {
    const { ada, eve, server } = world;
    const { key } = await eve.trpc.keys.create.mutate({ name: "early" });
    expect(await listV1(server, key)).toContain(base);

    await ada.trpc.users.update.mutate({ id: eve.id, role: "pending" });

    expect(await listV1(server, key)).toBe(403);
    expect(await tryChat(server, key, base)).toMatchObject({ status: 403, code: "access_denied" });
    expect((await failureOf(eve.trpc.models.list.query({}))).errorCode).toBe("access_denied");
    expect(await eve.trpc.auth.session.query()).toMatchObject({ user: { role: "pending" } });
    await ada.trpc.users.update.mutate({ id: eve.id, role: "user" });
  });
});

test("[IDOR-1] a child of another parent does not exist: pins of another model, pulls of another server", async () => {
  const { ada, bob, eve, ollama } = world;
  const own = { baseModelId: base };
  await bob.trpc.models.create.mutate({ ...own, id: "bobs", name: "Bob's" });
  await eve.trpc.models.create.mutate({ ...own, id: "eves", name: "Eve's" });
  const target = { kind: "user" as const, userId: bob.id };
  const pin = await bob.trpc.models.pins.set.mutate({ id: "bobs", revision: 1, target });
  const pull = await ada.trpc.ollama.pull.mutate({ connectionUid: world.connectionUid, model: "llama3.2" });
  const { uid: other } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Other",
    url: ollama.url,
  });
  const { id: key } = (await bob.trpc.keys.create.mutate({ name: "bobs" })).apiKey;

  const refused = await Promise.all(
    [
      eve.trpc.models.pins.remove.mutate({ id: "eves", uid: pin.uid }),
      eve.trpc.models.pins.remove.mutate({ id: "bobs", uid: pin.uid }),
      ada.trpc.ollama.cancelPull.mutate({ connectionUid: other, id: pull.id }),
      eve.trpc.keys.delete.mutate({ id: key }),
      eve.trpc.models.pins.set.mutate({ id: "eves", revision: 1, target: { kind: "key", keyId: key } }),
    ].map(failureOf),
  );

  expect(refused.map(({ errorCode }) => errorCode)).toStrictEqual([
    "pin_not_found",
    "model_not_found",
    // as for an id that no pull ever had
    (await failureOf(ada.trpc.ollama.cancelPull.mutate({ connectionUid: other, id: pin.uid }))).errorCode,
    "key_not_found",
    "principal_not_found",
  ]);
  expect((await bob.trpc.models.pins.list.query({ id: "bobs" })).pins).toHaveLength(1);
  expect((await bob.trpc.keys.list.query()).keys.map(({ id }) => id)).toContain(key);
});
