import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let ollama: SimulatedOllama;
let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;

const nobody = { groupIds: [], userIds: [] };
const readableBy = (id: string) => ({
  kind: "restricted" as const,
  read: { groupIds: [], userIds: [id] },
  write: nobody,
});

beforeAll(async () => {
  ollama = await startSimulatedOllama({ models: ["llama3.2:latest", "qwen3:8b"] });
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
  eve = await addMember(server, ada, "Eve");
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
    defaultVisibility: { kind: "public" },
  });
  await ada.trpc.connections.refresh.mutate({ uid });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.stop();
});

test("models.history tells who wrote what, newest first, and counts what there is", async () => {
  await bob.trpc.models.create.mutate({
    id: "told",
    name: "Told",
    baseModelId: "qwen3:8b",
    params: { temperature: 0.7, system: "Be brief." },
  });
  await bob.trpc.models.update.mutate({
    id: "told",
    revision: 1,
    paramsPatch: { temperature: 0.2, seed: 7 },
    metaPatch: { tags: [{ name: "Lab" }] },
  });
  await ada.trpc.models.update.mutate({ id: "told", revision: 2, name: "Retold", baseModelId: "llama3.2" });

  const history = await bob.trpc.models.history.query({ id: "told" });
  const second = await bob.trpc.models.history.query({ id: "told", offset: 1, limit: 1 });

  expect(history).toMatchObject({
    total: 3,
    versions: [
      {
        revision: 3,
        author: { id: ada.id, name: "Ada" },
        action: "models.update",
        changes: [
          { path: ["name"], before: "Told", after: "Retold" },
          { path: ["baseModelId"], before: "qwen3:8b", after: "llama3.2:latest" },
          // an administrator may write the base, and so vouches for it
          { path: ["baseAccess"], before: "inherit", after: "delegate" },
        ],
      },
      {
        revision: 2,
        author: { id: bob.id, name: "Bob" },
        changes: [
          { path: ["params", "seed"], before: null, after: 7 },
          { path: ["params", "temperature"], before: 0.7, after: 0.2 },
          { path: ["meta", "tags"], before: null, after: [{ name: "Lab" }] },
        ],
      },
      { revision: 1, action: "models.create", changes: null },
    ],
  });
  expect(second.versions).toStrictEqual([history.versions[1]]);
});

test("models.compare gives what lies between two versions, in either direction", async () => {
  await bob.trpc.models.create.mutate({ id: "pair", name: "One", baseModelId: "qwen3:8b" });
  await bob.trpc.models.update.mutate({ id: "pair", revision: 1, name: "Two" });
  await bob.trpc.models.update.mutate({ id: "pair", revision: 2, name: "Three" });

  const forth = await bob.trpc.models.compare.query({ id: "pair", from: 1, to: 3 });
  const back = await bob.trpc.models.compare.query({ id: "pair", from: 3, to: 1 });
  const same = await bob.trpc.models.compare.query({ id: "pair", from: 2, to: 2 });
  const missing = await failureOf(bob.trpc.models.compare.query({ id: "pair", from: 1, to: 9 }));

  expect(forth.changes).toStrictEqual([{ path: ["name"], before: "One", after: "Three" }]);
  expect(back.changes).toStrictEqual([{ path: ["name"], before: "Three", after: "One" }]);
  expect(same.changes).toStrictEqual([]);
  expect(missing).toMatchObject({ errorCode: "version_not_found", httpStatus: 404 });
});

test("models.restore makes a model again what it was, as a new version", async () => {
  const first = await bob.trpc.models.create.mutate({
    id: "restored",
    name: "First",
    baseModelId: "qwen3:8b",
    params: { temperature: 0.7 },
    meta: { description: "As it was" },
    access: readableBy(eve.id),
  });
  await bob.trpc.models.update.mutate({
    id: "restored",
    revision: 1,
    name: "Second",
    baseModelId: "llama3.2",
    params: {},
    meta: {},
    access: { kind: "private" },
    isActive: false,
  });

  const restored = await bob.trpc.models.restore.mutate({ id: "restored", revision: 2, version: 1 });
  const again = await bob.trpc.models.restore.mutate({ id: "restored", revision: 3, version: 1 });
  const history = await bob.trpc.models.history.query({ id: "restored" });

  expect(restored).toMatchObject({
    revision: 3,
    name: "First",
    baseModelId: "qwen3:8b",
    isActive: true,
    definition: first.definition,
  });
  expect(again.revision).toBe(3);
  expect(history.versions[0]).toMatchObject({ revision: 3, action: "models.restore" });
  expect((await eve.trpc.models.get.query({ id: "restored" })).name).toBe("First");
});

test("models.restore is the caller's own patch: what they may not give, they cannot bring back", async () => {
  await ada.trpc.models.create.mutate({
    id: "was-public",
    name: "Was public",
    baseModelId: "qwen3:8b",
    access: { kind: "public" },
  });
  const writableByBob = {
    kind: "restricted",
    read: nobody,
    write: { groupIds: [], userIds: [bob.id] },
  } as const;
  await ada.trpc.models.update.mutate({ id: "was-public", revision: 1, access: writableByBob });
  await ada.trpc.models.update.mutate({ id: "was-public", revision: 2, name: "Renamed" });

  const wider = await failureOf(
    bob.trpc.models.restore.mutate({ id: "was-public", revision: 3, version: 1 }),
  );
  const own = await bob.trpc.models.restore.mutate({ id: "was-public", revision: 3, version: 2 });
  const stale = await failureOf(
    bob.trpc.models.restore.mutate({ id: "was-public", revision: 3, version: 2 }),
  );
  const missing = await failureOf(
    bob.trpc.models.restore.mutate({ id: "was-public", revision: 4, version: 40 }),
  );

  expect(wider.errorCode).toBe("access_denied");
  expect(own).toMatchObject({ revision: 4, name: "Was public", visibility: "restricted" });
  expect([stale.errorCode, missing.errorCode]).toStrictEqual(["revision_conflict", "version_not_found"]);
});

test("a version whose base is gone cannot be brought back, and says so", async () => {
  await bob.trpc.models.create.mutate({ id: "ground", name: "Ground", baseModelId: "qwen3:8b" });
  await bob.trpc.models.create.mutate({ id: "house", name: "House", baseModelId: "ground" });
  await bob.trpc.models.update.mutate({ id: "house", revision: 1, baseModelId: "llama3.2" });
  await bob.trpc.models.delete.mutate({ id: "ground" });

  const failure = await failureOf(bob.trpc.models.restore.mutate({ id: "house", revision: 2, version: 1 }));

  expect(failure).toMatchObject({
    errorCode: "base_model_not_found",
    message: expect.stringContaining("ground") as unknown,
  });
});

test("history is for those who may write: readers are refused, and strangers see no model", async () => {
  await bob.trpc.models.create.mutate({
    id: "guarded",
    name: "Guarded",
    baseModelId: "qwen3:8b",
    access: readableBy(eve.id),
  });
  const carl = await addMember(server, ada, "Carl");

  const reader = await failureOf(eve.trpc.models.history.query({ id: "guarded" }));
  const stranger = await failureOf(carl.trpc.models.history.query({ id: "guarded" }));
  const comparing = await failureOf(carl.trpc.models.compare.query({ id: "guarded", from: 1, to: 1 }));
  const restoring = await failureOf(
    eve.trpc.models.restore.mutate({ id: "guarded", revision: 1, version: 1 }),
  );
  const bare = await ada.trpc.models.history.query({ id: "llama3.2" });

  expect([reader.errorCode, stranger.errorCode, comparing.errorCode, restoring.errorCode]).toStrictEqual([
    "access_denied",
    "model_not_found",
    "model_not_found",
    "access_denied",
  ]);
  expect(bare).toStrictEqual({ versions: [], total: 0 });
});
