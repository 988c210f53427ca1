import { readFile } from "node:fs/promises";
import { bulkRequestSchema, setPinSchema, undoModelSchema, undoOperationSchema } from "@corral/core";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { connect } from "@corral/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let ollama: SimulatedOllama;
let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;

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

const nobody = { groupIds: [], userIds: [] };

async function make(person: Person, id: string, rest: object = {}) {
  return person.trpc.models.create.mutate({ id, name: id, baseModelId: "qwen3:8b", ...rest });
}

const outcomes = (report: { results: readonly { id: string; outcome: string }[] }) =>
  report.results.map(({ id, outcome }) => `${id} ${outcome}`);

describe("models.bulk", () => {
  test("sets any field of the chosen models, in one transaction, with a result for each", async () => {
    await make(bob, "field-1", { meta: { tags: [{ name: "Old" }, { name: "keep" }] }, params: { seed: 1 } });
    await make(bob, "field-2");

    const report = await bob.trpc.models.bulk.mutate({
      select: { ids: ["field-1", "field-2"] },
      change: {
        isActive: false,
        hidden: true,
        tags: { add: ["New"], remove: ["OLD"] },
        grants: { add: { read: { userIds: [eve.id] } } },
        paramsPatch: { temperature: 0.5, seed: null },
        metaPatch: { description: "By bulk" },
      },
    });
    const one = await bob.trpc.models.get.query({ id: "field-1" });
    const two = await bob.trpc.models.get.query({ id: "field-2" });

    expect(outcomes(report)).toStrictEqual(["field-1 updated", "field-2 updated"]);
    expect(report).toMatchObject({ state: "done", counts: { updated: 2 } });
    expect(one).toMatchObject({ isActive: false, hidden: true, revision: 2 });
    expect(one.definition).toMatchObject({
      params: { temperature: 0.5 },
      access: { kind: "restricted", read: { groupIds: [], userIds: [eve.id] } },
      meta: { tags: [{ name: "keep" }, { name: "New" }], description: "By bulk" },
    });
    expect(one.definition?.params).not.toHaveProperty("seed");
    expect(two.tags).toStrictEqual(["New"]);
    expect(report.results[1]?.changes).toContainEqual({ path: ["isActive"], before: true, after: false });
    await using database = await connect(server.databaseUrl);
    const { rows } = await database.query("select distinct n from changes where action = 'models.bulk'");
    expect(rows).toHaveLength(1);
  });

  test("selects by filter, and refuses when it matches another number of models than the caller saw", async () => {
    await make(bob, "chosen-1", { meta: { tags: ["chosen"] } });
    await make(bob, "chosen-2", { meta: { tags: ["chosen"] } });
    const filter = { tags: ["chosen"] };

    const stale = await failureOf(
      bob.trpc.models.bulk.mutate({ select: { filter, expectedTotal: 1 }, change: { isActive: false } }),
    );
    const dry = await bob.trpc.models.bulk.mutate({
      select: { filter, expectedTotal: 2 },
      change: { tags: { replace: ["picked"] } },
      dryRun: true,
    });
    const untouched = await bob.trpc.models.list.query(filter);
    const report = await bob.trpc.models.bulk.mutate({
      select: { filter, expectedTotal: 2 },
      change: { tags: { replace: ["picked"] } },
    });

    expect(stale).toMatchObject({ errorCode: "selection_changed", httpStatus: 409 });
    expect(untouched.total).toBe(2);
    expect(dry.operationId).toBeNull();
    expect(dry.results).toStrictEqual(report.results);
    expect((await bob.trpc.models.list.query({ tags: ["picked"] })).total).toBe(2);
  });

  test("touches nothing that the caller could not change one by one", async () => {
    await make(ada, "adas-public", { access: { kind: "public" } });
    await make(ada, "adas-own");
    await make(bob, "bobs-own");

    const request = {
      select: { ids: ["bobs-own", "adas-public", "adas-own", "qwen3:8b"] },
      change: { tags: { add: ["touched"] } },
    };
    const strict = await bob.trpc.models.bulk.mutate({ ...request, strict: true });
    const afterStrict = await bob.trpc.models.get.query({ id: "bobs-own" });
    const report = await bob.trpc.models.bulk.mutate(request);

    expect(strict.operationId).toBeNull();
    expect(afterStrict.revision).toBe(1);
    expect(report.results.map(({ outcome, error }) => [outcome, error?.code])).toStrictEqual([
      ["updated", undefined],
      ["forbidden", "access_denied"],
      ["invalid", "model_not_found"],
      ["forbidden", "access_denied"],
    ]);
  });

  test("gives models to someone else, as their owner or an administrator may, and makes overrides", async () => {
    await make(bob, "given-1");
    await make(ada, "given-2", { access: { kind: "public" } });

    const byBob = await bob.trpc.models.bulk.mutate({
      select: { ids: ["given-1", "given-2"] },
      change: { ownerId: eve.id },
    });
    const byAda = await ada.trpc.models.bulk.mutate({
      select: { ids: ["given-2", "llama3.2"] },
      change: { ownerId: eve.id },
    });
    const toNobody = await bob.trpc.models.bulk.mutate({
      select: { ids: ["given-1"] },
      change: { ownerId: null },
    });
    const base = await ada.trpc.models.bulk.mutate({
      select: { ids: ["llama3.2"] },
      change: { hidden: true },
    });

    expect(outcomes(byBob)).toStrictEqual(["given-1 updated", "given-2 forbidden"]);
    expect(outcomes(byAda)).toStrictEqual(["given-2 updated", "llama3.2 invalid"]);
    expect(outcomes(toNobody)).toStrictEqual(["given-1 invalid"]);
    expect(outcomes(base)).toStrictEqual(["llama3.2 created"]);
    const mine = await eve.trpc.models.list.query({ view: "created" });
    expect(mine.rows.map(({ id }) => id)).toStrictEqual(["given-1", "given-2"]);
    await ada.trpc.models.delete.mutate({ id: "llama3.2", force: true });
  });

  test("hands over and switches off for administrators without their bypass what they may not see, and tells them nothing of it", async () => {
    const dan = await addMember(server, ada, "Dan");
    const { uid } = await make(dan, "left-behind", { params: { system: "A prompt of Dan's" } });
    await dan.trpc.models.bulk.mutate({
      select: { ids: ["left-behind"] },
      change: { metaPatch: { description: "Of Dan's" } },
    });
    await make(ada, "vanishing", { access: { kind: "public" } });
    await dan.trpc.models.update.mutate({ id: "left-behind", revision: 2, baseModelId: "vanishing" });
    await ada.trpc.models.delete.mutate({ id: "vanishing", force: true });
    await ada.trpc.users.delete.mutate({ id: dan.id });
    const changeAs = async (
      person: Person,
      change: Parameters<typeof ada.trpc.models.bulk.mutate>[0]["change"],
    ) => (await person.trpc.models.bulk.mutate({ select: { ids: ["left-behind"] }, change })).results;
    const codesOf = (results: Awaited<ReturnType<typeof changeAs>>) =>
      results.map(({ error }) => error?.code);

    await ada.trpc.settings.update.mutate({ adminBypass: false });
    const unseen = await failureOf(ada.trpc.models.get.query({ id: "left-behind" }));
    const refused = [
      ...(await changeAs(ada, { isActive: true })),
      ...(await changeAs(ada, { isActive: false, hidden: true })),
      ...(await changeAs(ada, { isActive: false, ownerId: eve.id })),
      ...(await changeAs(ada, { ownerId: eve.id, access: { kind: "public" } })),
      ...(await changeAs(ada, { tags: { add: ["mine"] } })),
      ...(await changeAs(bob, { isActive: false })),
      ...(await changeAs(bob, { ownerId: bob.id })),
    ];
    const off = await changeAs(ada, { isActive: false });
    const given = await changeAs(ada, { ownerId: eve.id });
    const still = await failureOf(ada.trpc.models.get.query({ id: "left-behind" }));
    await ada.trpc.settings.update.mutate({ adminBypass: true });

    expect([unseen.errorCode, still.errorCode]).toStrictEqual(["model_not_found", "model_not_found"]);
    expect(codesOf(refused)).toStrictEqual(refused.map(() => "model_not_found"));
    const told = { id: "left-behind", uid, outcome: "updated", error: null, notes: [] };
    expect(off).toStrictEqual([{ ...told, changes: [{ path: ["isActive"], before: true, after: false }] }]);
    expect(given).toStrictEqual([{ ...told, changes: [{ path: ["ownerId"], before: null, after: eve.id }] }]);
    expect(await eve.trpc.models.get.query({ id: "left-behind" })).toMatchObject({
      ownerId: eve.id,
      isActive: false,
      definition: { params: { system: "A prompt of Dan's" } },
    });
    const { entries } = await ada.trpc.audit.list.query({ targetUid: uid, action: "models.bulk" });
    expect(entries.filter(({ actor }) => actor.kind === "user" && actor.id === ada.id)).toHaveLength(2);
  });

  test("applies the discovery policies again to providers' models, settings or not, for administrators", async () => {
    for (const name of ["fresh:1b", "known:1b", "plain:1b"]) ollama.addModel(name);
    await ada.trpc.models.refresh.mutate();
    const policies = [
      { name: "Fresh", match: { pattern: "fresh*" }, actions: { tags: ["from-policy"], hidden: true } },
      { name: "Known", match: { pattern: "known*" }, actions: { active: false } },
    ];
    const uids: string[] = [];
    for (const policy of policies) uids.push((await ada.trpc.policies.create.mutate(policy)).uid);
    const own = await ada.trpc.models.create.mutate({ id: "no-base", name: "Own", baseModelId: "qwen3:8b" });
    await ada.trpc.models.update.mutate({ id: "known:1b", meta: { description: "Kept" } });
    const request = {
      select: { ids: ["fresh:1b", "known:1b", "plain:1b", own.id, "unknown"] },
      change: { policy: "apply" as const },
    };

    const done = await ada.trpc.models.bulk.mutate(request);
    const again = await ada.trpc.models.bulk.mutate(request);
    const [fresh, known] = [
      await ada.trpc.models.get.query({ id: "fresh:1b" }),
      await ada.trpc.models.get.query({ id: "known:1b" }),
    ];
    const denied = await failureOf(bob.trpc.models.bulk.mutate(request));
    const mixed = await failureOf(
      ada.trpc.models.bulk.mutate({ ...request, change: { policy: "apply", isActive: true } }),
    );
    await ada.trpc.operations.undo.mutate({ id: done.operationId ?? "" });
    for (const uid of uids) await ada.trpc.policies.delete.mutate({ uid });

    expect(done.results.map(({ outcome, error }) => error?.code ?? outcome)).toStrictEqual([
      "created",
      "updated",
      "policy_not_found",
      "policy_not_found",
      "model_not_found",
    ]);
    expect(again.results.slice(0, 2).map(({ outcome }) => outcome)).toStrictEqual(["unchanged", "unchanged"]);
    expect([fresh.tags, fresh.hidden]).toStrictEqual([["from-policy"], true]);
    expect([known.isActive, known.description]).toStrictEqual([false, "Kept"]);
    expect([denied.errorCode, mixed.errorCode]).toStrictEqual(["access_denied", "invalid_input"]);
  });

  test("refuses a change that changes nothing, names two ways to access, or is of an unknown field", async () => {
    const ask = (change: object) =>
      failureOf(bob.trpc.models.bulk.mutate({ select: { ids: ["any"] }, change }));

    const failures = [
      await ask({}),
      await ask({ access: { kind: "private" }, grants: {} }),
      await ask({ colour: "red" }),
    ];
    await make(bob, "ranged");
    const outOfRange = await bob.trpc.models.bulk.mutate({
      select: { ids: ["ranged"] },
      change: { paramsPatch: { temperature: 9 } },
    });

    expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual([
      "invalid_input",
      "invalid_input",
      "invalid_input",
    ]);
    expect(outOfRange.results[0]?.error).toMatchObject({
      code: "invalid_input",
      issues: [{ path: ["paramsPatch", "temperature"] }],
    });
  });

  test("adds no rights to a model that is public, and says what to do instead", async () => {
    await make(ada, "open", { access: { kind: "public" } });

    const report = await ada.trpc.models.bulk.mutate({
      select: { ids: ["open"] },
      change: { grants: { add: { write: { userIds: [bob.id] } } } },
    });

    expect(report.results[0]).toMatchObject({
      outcome: "invalid",
      error: { code: "invalid_input", message: expect.stringContaining("replace it") as unknown },
    });
  });
});

describe("operations", () => {
  test("are listed and shown to who started them, and to administrators", async () => {
    await make(bob, "logged");
    const { operationId } = await bob.trpc.models.bulk.mutate({
      select: { ids: ["logged", "nothing-here"] },
      change: { hidden: true },
    });
    const id = operationId ?? "";

    const own = await bob.trpc.operations.list.query({});
    const everybodys = await ada.trpc.operations.list.query({ limit: 100 });
    const detail = await bob.trpc.operations.get.query({ id });
    const page = await ada.trpc.operations.get.query({ id, offset: 1, limit: 1 });
    const strange = await failureOf(eve.trpc.operations.get.query({ id }));
    const malformed = await failureOf(bob.trpc.operations.get.query({ id: "x" }));

    expect(own.operations[0]).toMatchObject({ id, kind: "bulk", actorId: bob.id, state: "done", total: 2 });
    expect(own.operations.every(({ actorId }) => actorId === bob.id)).toBe(true);
    expect(everybodys.operations.map((operation) => operation.id)).toContain(id);
    expect(outcomes(detail)).toStrictEqual(["logged updated", "nothing-here invalid"]);
    expect(page.results).toStrictEqual(detail.results.slice(1));
    expect(
      (await eve.trpc.operations.list.query({})).operations.map((operation) => operation.id),
    ).not.toContain(id);
    expect([strange.errorCode, malformed.errorCode]).toStrictEqual(["operation_not_found", "invalid_input"]);
    expect((await failureOf(bob.trpc.operations.list.query({ limit: 0 }))).errorCode).toBe("invalid_input");
  });

  test("operations.undo takes all of it back, tells of what has changed since, and can itself be undone", async () => {
    for (const id of ["u1", "u2", "u3"]) await make(bob, id, { meta: { tags: ["before"] } });
    const change = { tags: { replace: ["after"] }, grants: { add: { read: { userIds: [eve.id] } } } };
    const { operationId } = await bob.trpc.models.bulk.mutate({
      select: { ids: ["u1", "u2", "u3"] },
      change,
    });
    await bob.trpc.models.update.mutate({ id: "u3", revision: 2, name: "Since" });

    const preview = await bob.trpc.operations.undo.mutate({ id: operationId ?? "", dryRun: true });
    const undone = await bob.trpc.operations.undo.mutate({ id: operationId ?? "" });
    const afterUndo = await bob.trpc.models.get.query({ id: "u1" });
    const redone = await bob.trpc.operations.undo.mutate({ id: undone.operationId ?? "" });
    const afterRedo = await bob.trpc.models.get.query({ id: "u1" });
    const stranger = await failureOf(eve.trpc.operations.undo.mutate({ id: operationId ?? "" }));

    expect(outcomes(undone)).toStrictEqual(["u1 updated", "u2 updated", "u3 conflict"]);
    expect(preview.results).toStrictEqual(undone.results);
    expect(afterUndo).toMatchObject({
      tags: ["before"],
      revision: 3,
      definition: { access: { kind: "private" } },
    });
    expect(outcomes(redone)).toStrictEqual(["u1 updated", "u2 updated"]);
    expect(afterRedo).toMatchObject({ tags: ["after"], revision: 4 });
    expect(afterRedo.definition?.access).toStrictEqual({
      kind: "restricted",
      read: { groupIds: [], userIds: [eve.id] },
      write: nobody,
    });
    expect((await ada.trpc.operations.list.query({})).operations[0]).toMatchObject({
      kind: "undo",
      undoes: undone.operationId,
    });
    expect(stranger.errorCode).toBe("operation_not_found");
    await using database = await connect(server.databaseUrl);
    const { rows } = await database.query("select distinct undoes from changes where undoes is not null");
    expect(rows.length).toBeGreaterThanOrEqual(2);
  });

  test("operations.undo is the caller's own change: what they may not give, they cannot bring back", async () => {
    await ada.trpc.models.create.mutate({
      id: "shared-once",
      name: "Shared once",
      baseModelId: "qwen3:8b",
      access: { kind: "public" },
    });
    const { operationId } = await ada.trpc.models.bulk.mutate({
      select: { ids: ["shared-once"] },
      change: { ownerId: bob.id, access: { kind: "private" } },
    });
    const { uid, revision } = await bob.trpc.models.get.query({ id: "shared-once" });

    const byBob = await failureOf(bob.trpc.models.undo.mutate({ uid, revision: revision ?? 0 }));
    const byAda = await ada.trpc.operations.undo.mutate({ id: operationId ?? "" });

    expect(byBob.errorCode).toBe("access_denied");
    expect(outcomes(byAda)).toStrictEqual(["shared-once updated"]);
    expect((await ada.trpc.models.get.query({ id: "shared-once" })).definition?.access.kind).toBe("public");
  });
});

describe("models.undo", () => {
  test("brings a deleted model back under its own uid, with its rights and what was built on it", async () => {
    const ground = await make(bob, "ground", {
      access: { kind: "restricted", read: { groupIds: [], userIds: [eve.id] }, write: nobody },
      meta: { description: "As it was" },
    });
    const house = await make(bob, "house", { baseModelId: "ground" });
    await bob.trpc.models.delete.mutate({ id: "ground", force: true });
    const orphaned = await bob.trpc.models.get.query({ id: "house" });

    const report = await bob.trpc.models.undo.mutate({ uid: ground.uid, revision: 1 });
    const back = await bob.trpc.models.get.query({ id: "ground" });
    const again = await bob.trpc.models.get.query({ id: "house" });
    const history = await bob.trpc.models.history.query({ id: "ground" });

    expect(orphaned.status).toBe("base_missing");
    expect(outcomes(report)).toStrictEqual(["ground created", "house updated"]);
    expect(back).toMatchObject({ uid: ground.uid, revision: 2, definition: ground.definition });
    expect(again).toMatchObject({ uid: house.uid, status: "ready", baseModelId: "ground" });
    expect((await eve.trpc.models.get.query({ id: "ground" })).name).toBe("ground");
    expect(history.versions.map(({ revision, action }) => `${revision} ${action}`)).toStrictEqual([
      "2 models.undo",
      "1 models.create",
    ]);
  });

  test("takes a creation back unless something is built on it, and an update unless there was a later one", async () => {
    const floor = await make(bob, "floor");
    const wall = await make(bob, "wall", { baseModelId: "floor" });
    await bob.trpc.models.update.mutate({ id: "wall", revision: 1, name: "Second" });
    await bob.trpc.models.update.mutate({ id: "wall", revision: 2, name: "Third" });

    const built = await failureOf(bob.trpc.models.undo.mutate({ uid: floor.uid, revision: 1 }));
    const late = await failureOf(bob.trpc.models.undo.mutate({ uid: wall.uid, revision: 2 }));
    await bob.trpc.models.undo.mutate({ uid: wall.uid, revision: 3 });
    const wallNow = await bob.trpc.models.get.query({ id: "wall" });
    await bob.trpc.models.delete.mutate({ id: "wall" });
    const gone = await bob.trpc.models.undo.mutate({ uid: floor.uid, revision: 1 });
    const back = await bob.trpc.operations.undo.mutate({ id: gone.operationId ?? "" });

    expect([built.errorCode, late.errorCode]).toStrictEqual(["dependants_exist", "revision_conflict"]);
    expect(wallNow).toMatchObject({ name: "Second", revision: 4 });
    expect(outcomes(gone)).toStrictEqual(["floor deleted"]);
    expect(outcomes(back)).toStrictEqual(["floor created"]);
  });

  test("is refused to others, and answers strangers as if there was nothing", async () => {
    const closed = await make(bob, "closed");
    const hidden = await make(bob, "concealed");
    await bob.trpc.models.update.mutate({ id: "concealed", revision: 1, name: "Changed" });
    const open = await make(bob, "opened", {
      access: { kind: "restricted", read: { groupIds: [], userIds: [eve.id] }, write: nobody },
    });
    await bob.trpc.models.delete.mutate({ id: "closed" });

    const stranger = await failureOf(eve.trpc.models.undo.mutate({ uid: closed.uid, revision: 1 }));
    const late = await failureOf(eve.trpc.models.undo.mutate({ uid: hidden.uid, revision: 1 }));
    const reader = await failureOf(eve.trpc.models.undo.mutate({ uid: open.uid, revision: 1 }));
    const never = await failureOf(bob.trpc.models.undo.mutate({ uid: open.uid, revision: 9 }));
    const malformed = await failureOf(bob.trpc.models.undo.mutate({ uid: "closed", revision: 1 }));
    const taken = await make(eve, "closed").then(() =>
      failureOf(bob.trpc.models.undo.mutate({ uid: closed.uid, revision: 1 })),
    );

    expect([stranger.errorCode, late.errorCode]).toStrictEqual(["model_not_found", "model_not_found"]);
    expect(stranger.message + late.message).not.toMatch(/closed|concealed/u);
    expect([reader, never, malformed, taken].map(({ errorCode }) => errorCode)).toStrictEqual([
      "access_denied",
      "model_not_found",
      "invalid_input",
      "model_id_taken",
    ]);
  });
});

test("the examples of docs/bulk-and-undo.md are what the procedures take", async () => {
  const page = await readFile(new URL("../../../../docs/bulk-and-undo.md", import.meta.url), "utf8");
  const examples = [...page.matchAll(/```json\n([\s\S]*?)```/gu)].map(
    ([, text = ""]) => JSON.parse(text) as unknown,
  );
  const schemas = [bulkRequestSchema, undoOperationSchema, undoModelSchema, setPinSchema];

  const accepted = schemas.map((schema, at) => schema.safeParse(examples[at]).error?.message);

  expect(examples).toHaveLength(schemas.length);
  expect(accepted).toStrictEqual(schemas.map(() => undefined));
});
