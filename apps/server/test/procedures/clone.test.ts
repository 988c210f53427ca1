import { connect } from "@corral/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { pixel, sharedWith, startRecordsWorld, type RecordsWorld } from "../support/records-world.ts";

let world: RecordsWorld;
beforeAll(async () => {
  world = await startRecordsWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

describe("models.clone", () => {
  test("copies what the caller may write, image included, and grants nobody anything", async () => {
    const { ada, bob, eve } = world;
    const source = await bob.trpc.models.create.mutate({
      id: "source",
      name: "Source",
      baseModelId: "qwen3:8b",
      params: { temperature: 0.3, system: "Be brief." },
      paramModes: { temperature: "fixed" },
      meta: { description: "Helps", tags: [{ name: "lab" }], profile_image_url: pixel, extra: { kept: 1 } },
      access: sharedWith({ read: [ada.id], write: [eve.id] }),
    });

    const copy = await eve.trpc.models.clone.mutate({ id: "source", newId: "copy", name: "Mine" });

    expect(copy).toMatchObject({
      id: "copy",
      name: "Mine",
      ownerId: eve.id,
      visibility: "private",
      baseModelId: "qwen3:8b",
      revision: 1,
    });
    const { params, paramModes, meta } = source.definition ?? {};
    const { profile_image_url: sourceImage, ...sourceMeta } = meta ?? {};
    const { profile_image_url: copiedImage, ...copiedMeta } = copy.definition?.meta ?? {};
    expect(copy.definition).toMatchObject({ params, paramModes, access: { kind: "private" } });
    expect(copiedMeta).toStrictEqual(sourceMeta);
    expect(hashIn(copiedImage)).toBe(hashIn(sourceImage));
    expect(await failureOf(bob.trpc.models.get.query({ id: "copy" }))).toMatchObject({
      errorCode: "model_not_found",
    });
  });

  test("builds upon what the caller may only read: its params stay where they are", async () => {
    const { bob, eve } = world;
    await bob.trpc.models.create.mutate({
      id: "shown",
      name: "Shown",
      baseModelId: "llama3.2",
      params: { temperature: 0.4321, system: "swordfish" },
      meta: {
        description: "Reads",
        tags: ["x"],
        suggestion_prompts: [{ content: "Try", secret: 1 }],
        extra: { secret: 1 },
      },
      access: sharedWith({ read: [eve.id] }),
    });

    const copy = await eve.trpc.models.clone.mutate({ id: "shown", newId: "over-shown" });
    const overBase = await eve.trpc.models.clone.mutate({ id: "LLAMA3.2", newId: "over-llama" });

    expect(copy).toMatchObject({
      name: "Shown",
      baseModelId: "shown",
      description: "Reads",
      tags: ["x"],
      suggestionPrompts: ["Try"],
      definition: { params: {}, access: { kind: "private" }, baseAccess: "inherit" },
    });
    expect(JSON.stringify(copy)).not.toMatch(/swordfish|4321|secret/u);
    expect(overBase).toMatchObject({ kind: "custom", baseModelId: "llama3.2:latest", ownerId: eve.id });
  });

  test("builds upon a model whose base the caller may not read", async () => {
    const { ada, bob } = world;
    await ada.trpc.models.create.mutate({
      id: "hidden-base",
      name: "Hidden",
      baseModelId: "qwen3:8b",
    });
    await ada.trpc.models.create.mutate({
      id: "vouched",
      name: "Vouched",
      baseModelId: "hidden-base",
      params: { seed: 1 },
      access: sharedWith({ write: [bob.id] }),
    });

    const copy = await bob.trpc.models.clone.mutate({ id: "vouched", newId: "over-vouched" });

    expect(copy).toMatchObject({ baseModelId: "vouched", callable: true, definition: { params: {} } });
  });

  test("is refused for what the caller may not see, for a bad name, and for a name that is taken", async () => {
    const { ada, bob, eve } = world;
    await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "qwen3:8b" });

    const unseen = await failureOf(eve.trpc.models.clone.mutate({ id: "bobs", newId: "eves" }));
    const missing = await failureOf(eve.trpc.models.clone.mutate({ id: "no-such", newId: "eves" }));
    const invalid = await failureOf(eve.trpc.models.clone.mutate({ id: "qwen3:8b", newId: "a,b" }));
    const taken = await failureOf(ada.trpc.models.clone.mutate({ id: "bobs", newId: "BOBS" }));

    expect([unseen.errorCode, missing.errorCode, taken.errorCode]).toStrictEqual([
      "model_not_found",
      "model_not_found",
      "model_id_taken",
    ]);
    expect(invalid).toMatchObject({ errorCode: "invalid_input", issues: ["newId"] });
  });
});

describe("models.deleteAll", () => {
  test("deletes exactly what was agreed to, settings of providers' models included, as one change", async () => {
    await using own = await startRecordsWorld();
    const { ada, bob } = own;
    await bob.trpc.models.create.mutate({ id: "one", name: "One", baseModelId: "qwen3:8b" });
    await bob.trpc.models.create.mutate({ id: "two", name: "Two", baseModelId: "one" });
    await ada.trpc.models.update.mutate({ id: "qwen3:8b", name: "Q", access: { kind: "private" } });

    const denied = await failureOf(bob.trpc.models.deleteAll.mutate({ expectedTotal: 3 }));
    const invalid = await failureOf(ada.trpc.models.deleteAll.mutate({ expectedTotal: 0 }));
    const changed = await failureOf(ada.trpc.models.deleteAll.mutate({ expectedTotal: 2 }));
    const before = await ada.trpc.models.list.query({ kind: "custom" });
    const answer = await ada.trpc.models.deleteAll.mutate({ expectedTotal: 3 });
    const after = await ada.trpc.models.list.query({});
    await using database = await connect(own.server.databaseUrl);
    const numbers = await database.query(
      "select distinct n from changes where action = 'models.deleteAll' and target_kind = 'record'",
    );

    expect(denied.errorCode).toBe("access_denied");
    expect(invalid).toMatchObject({ errorCode: "invalid_input", issues: ["expectedTotal"] });
    expect(changed).toMatchObject({ errorCode: "selection_changed", httpStatus: 409 });
    expect(before.total).toBe(2);
    expect(answer).toStrictEqual({ deleted: 3 });
    expect(after.rows.map(({ id, revision }) => [id, revision])).toStrictEqual([
      ["gpt-4o", null],
      ["llama3.2:latest", null],
      ["qwen3:8b", null],
    ]);
    expect(numbers.rows).toHaveLength(1);
    // the names are free again
    await bob.trpc.models.create.mutate({ id: "one", name: "One", baseModelId: "qwen3:8b" });
  });
});

function hashIn(image: unknown): string | undefined {
  return /[0-9a-f]{64}/u.exec(String(image))?.[0];
}
