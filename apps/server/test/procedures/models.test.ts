import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
  });
  await ada.trpc.connections.refresh.mutate({ uid });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.stop();
});

describe("base models", () => {
  test("models.list shows administrators what a provider lists, and members nothing until it is shared", async () => {
    const adas = await ada.trpc.models.list.query({ facets: true, sort: "name" });
    const bobs = await bob.trpc.models.list.query({});

    expect(adas.rows.map((row) => row.id)).toEqual(expect.arrayContaining(["llama3.2:latest", "qwen3:8b"]));
    expect(adas.rows[0]).toMatchObject({ kind: "base", status: "ready", provider: "ollama", revision: null });
    expect(adas.facets?.provider).toMatchObject([{ value: "ollama" }]);
    expect(adas.connections).toMatchObject([{ name: "Lab", state: "ready" }]);
    expect(bobs).toMatchObject({ rows: [], total: 0, empty: "nothing_shared" });
  });

  test("models.get knows a base by any spelling of its name, with what the provider says of it", async () => {
    const model = await ada.trpc.models.get.query({ id: "LLAMA3.2" });

    expect(model).toMatchObject({ id: "llama3.2:latest", kind: "base", mayWrite: true, callable: true });
    expect(model.definition).toMatchObject({ params: {}, access: { kind: "inherit" } });
    expect(model.capabilities.completion).toStrictEqual({ value: true, source: "detected" });
  });

  test("an administrator's update of a base makes its override; a member's is refused as for a missing model", async () => {
    const shared = await ada.trpc.models.update.mutate({
      id: "qwen3:8b",
      name: "Qwen for all",
      params: { temperature: 0.1 },
      access: { kind: "public" },
    });
    const seen = await bob.trpc.models.get.query({ id: "qwen3:8b" });
    const denied = await failureOf(
      bob.trpc.models.update.mutate({ id: "qwen3:8b", revision: 1, name: "Mine" }),
    );
    const hidden = await failureOf(bob.trpc.models.update.mutate({ id: "llama3.2", name: "Mine" }));
    const kind = await failureOf(
      ada.trpc.models.update.mutate({ id: "qwen3:8b", revision: 1, baseModelId: "llama3.2" }),
    );

    expect(shared).toMatchObject({ name: "Qwen for all", revision: 1, visibility: "public" });
    expect(seen).toMatchObject({ name: "Qwen for all", mayWrite: false, definition: null });
    expect(seen).not.toHaveProperty("connections");
    expect([denied.errorCode, hidden.errorCode, kind.errorCode]).toStrictEqual([
      "access_denied",
      "model_not_found",
      "kind_is_fixed",
    ]);
  });
});

describe("custom models", () => {
  beforeAll(async () => {
    const select = { ids: ["qwen3:8b"] };
    await ada.trpc.models.bulk.mutate({ select, change: { access: { kind: "public" } } });
  });

  test("[AC-01] models.create needs a base that its maker may read, one error for missing and forbidden", async () => {
    const model = await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "qwen3:8b" });
    const forbidden = await failureOf(
      bob.trpc.models.create.mutate({ id: "x", name: "X", baseModelId: "llama3.2" }),
    );
    const missing = await failureOf(
      bob.trpc.models.create.mutate({ id: "x", name: "X", baseModelId: "nothing" }),
    );
    const taken = await failureOf(
      ada.trpc.models.create.mutate({ id: "BOBS", name: "X", baseModelId: "llama3.2" }),
    );
    const wrong = await failureOf(
      // safe: the point is a parameter that does not type-check
      bob.trpc.models.create.mutate({
        id: "x",
        name: "X",
        baseModelId: "qwen3:8b",
        params: { maxTokens: 5 } as object,
      }),
    );

    expect(model).toMatchObject({
      kind: "custom",
      visibility: "private",
      ownerId: bob.id,
      revision: 1,
      isActive: true,
    });
    expect(forbidden).toMatchObject({
      errorCode: "base_model_not_found",
      httpStatus: 422,
      issues: ["baseModelId"],
    });
    expect(missing.errorCode).toBe("base_model_not_found");
    expect(taken).toMatchObject({ errorCode: "model_id_taken", httpStatus: 409 });
    expect(wrong).toMatchObject({ errorCode: "invalid_input", issues: ["params"] });
    expect(wrong.message).toContain('did you mean "max_tokens"');
  });

  test("models.update patches one level deep on a revision, and a stale one gets the current record", async () => {
    await bob.trpc.models.create.mutate({
      id: "patched",
      name: "Patched",
      baseModelId: "qwen3:8b",
      params: { temperature: 0.5, seed: 1 },
      meta: { description: "before", tags: ["a"] },
    });

    const updated = await bob.trpc.models.update.mutate({
      id: "patched",
      revision: 1,
      paramsPatch: { temperature: null, top_p: 0.9 },
      metaPatch: { description: "after" },
    });
    const unchanged = await bob.trpc.models.update.mutate({ id: "patched", revision: 2, name: "Patched" });
    const stale = await failureOf(
      bob.trpc.models.update.mutate({ id: "patched", revision: 1, name: "Lost" }),
    );
    const without = await failureOf(bob.trpc.models.update.mutate({ id: "patched", name: "Lost" }));
    const invalid = await failureOf(
      bob.trpc.models.update.mutate({ id: "patched", revision: 2, paramsPatch: { top_p: 3 } }),
    );

    expect(updated.definition?.params).toStrictEqual({ seed: 1, top_p: 0.9 });
    expect(updated).toMatchObject({ revision: 2, description: "after", tags: ["a"] });
    expect(unchanged.revision).toBe(2);
    expect(stale).toMatchObject({ errorCode: "revision_conflict", httpStatus: 409 });
    expect(without).toMatchObject({ errorCode: "invalid_input", issues: ["revision"] });
    expect(invalid).toMatchObject({ errorCode: "invalid_input", issues: ["paramsPatch.top_p"] });
  });

  test("[AC-10] sharing needs the right to name whom one names, and public its own permission", async () => {
    const group = await ada.trpc.groups.create.mutate({ name: "Eve's", memberIds: [eve.id] });
    await bob.trpc.models.create.mutate({ id: "sharing", name: "Sharing", baseModelId: "qwen3:8b" });

    const foreign = await failureOf(
      bob.trpc.models.update.mutate({
        id: "sharing",
        revision: 1,
        access: { kind: "restricted", read: { groupIds: [group.id], userIds: [] }, write: nobody },
      }),
    );
    const open = await failureOf(
      bob.trpc.models.update.mutate({ id: "sharing", revision: 1, access: { kind: "public" } }),
    );
    const inherit = await failureOf(
      bob.trpc.models.update.mutate({ id: "sharing", revision: 1, access: { kind: "inherit" } }),
    );
    const unknown = await failureOf(
      bob.trpc.models.update.mutate({ id: "sharing", revision: 1, access: readableBy(crypto.randomUUID()) }),
    );
    await bob.trpc.models.update.mutate({ id: "sharing", revision: 1, access: readableBy(eve.id) });
    const eves = await eve.trpc.models.list.query({ view: "shared" });

    expect([foreign.errorCode, open.errorCode, inherit.errorCode, unknown.errorCode]).toStrictEqual([
      "principal_not_found",
      "access_denied",
      "invalid_input",
      "principal_not_found",
    ]);
    expect(eves.rows.map((row) => row.id)).toContain("sharing");
  });

  test("models.toggle flips or sets, and an inactive model refuses calls and leaves readers' lists", async () => {
    await bob.trpc.models.create.mutate({
      id: "toggled",
      name: "Toggled",
      baseModelId: "qwen3:8b",
      access: readableBy(eve.id),
    });

    const off = await bob.trpc.models.toggle.mutate({ id: "toggled" });
    const stillOff = await bob.trpc.models.toggle.mutate({ id: "toggled", isActive: false });
    const call = await failureOf(
      bob.trpc.chat.complete.mutate({ model: "toggled", messages: [{ role: "user", content: "hi" }] }),
    );
    const eves = await eve.trpc.models.list.query({ query: "toggled" });
    const denied = await failureOf(eve.trpc.models.toggle.mutate({ id: "toggled" }));
    const on = await bob.trpc.models.toggle.mutate({ id: "toggled" });

    expect([off.isActive, stillOff.isActive, on.isActive]).toStrictEqual([false, false, true]);
    expect(stillOff.revision).toBe(off.revision);
    expect(call).toMatchObject({ errorCode: "model_inactive", httpStatus: 403 });
    expect(eves.total).toBe(0);
    expect(denied.errorCode).toBe("access_denied");
  });

  test("models.delete names the dependants that one may see and counts the others", async () => {
    await bob.trpc.models.create.mutate({
      id: "below",
      name: "Below",
      baseModelId: "qwen3:8b",
      access: readableBy(eve.id),
    });
    await bob.trpc.models.create.mutate({ id: "above", name: "Above", baseModelId: "below" });
    await eve.trpc.models.create.mutate({ id: "eves-own", name: "Eve's", baseModelId: "below" });

    const refused = await failureOf(bob.trpc.models.delete.mutate({ id: "below" }));
    const forced = await failureOf(bob.trpc.models.delete.mutate({ id: "below", force: true }));
    const denied = await failureOf(eve.trpc.models.delete.mutate({ id: "below" }));
    await ada.trpc.models.delete.mutate({ id: "below", force: true });
    const orphan = await bob.trpc.models.get.query({ id: "above" });
    const gone = await failureOf(bob.trpc.models.delete.mutate({ id: "below" }));

    expect(refused).toMatchObject({
      errorCode: "dependants_exist",
      message: expect.stringContaining("above and 1 that you may not see") as unknown,
    });
    expect([forced.errorCode, denied.errorCode, gone.errorCode]).toStrictEqual([
      "access_denied",
      "access_denied",
      "model_not_found",
    ]);
    expect(orphan).toMatchObject({ status: "base_missing", callable: false });
    expect(orphan.definition?.baseId).toBe("below");
  });

  test("models.tags counts the tags of what one may see, and models.refresh asks the providers", async () => {
    await bob.trpc.models.create.mutate({
      id: "tagged",
      name: "Tagged",
      baseModelId: "qwen3:8b",
      meta: { tags: ["Lab"] },
    });

    const bobs = await bob.trpc.models.tags.query();
    const eves = await eve.trpc.models.tags.query();
    ollama.addModel("phi4-mini");
    await bob.trpc.models.refresh.mutate();
    const adas = await ada.trpc.models.list.query({ query: "phi4" });

    expect(bobs.tags).toContainEqual({ name: "Lab", count: 1 });
    expect(eves.tags).not.toContainEqual({ name: "Lab", count: 1 });
    expect(adas.total).toBe(1);
  });
});
