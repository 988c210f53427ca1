import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { sharedWith, startRecordsWorld, type RecordsWorld } from "../support/records-world.ts";

let world: RecordsWorld;
beforeAll(async () => {
  world = await startRecordsWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

describe("models.dependents", () => {
  test("shows the whole tree above a model: what the caller may read by name, the rest as a number", async () => {
    const { ada, bob, eve } = world;
    await ada.trpc.models.create.mutate({
      id: "root",
      name: "Root",
      baseModelId: "qwen3:8b",
      access: sharedWith({ read: [eve.id], write: [bob.id] }),
    });
    await bob.trpc.models.create.mutate({ id: "branch", name: "Branch", baseModelId: "root" });
    await eve.trpc.models.create.mutate({ id: "secret", name: "Secret", baseModelId: "root" });
    await bob.trpc.models.create.mutate({ id: "leaf", name: "Leaf", baseModelId: "branch" });

    const bobs = await bob.trpc.models.dependents.query({ id: "root" });
    const adas = await ada.trpc.models.dependents.query({ id: "ROOT" });
    const ofBase = await ada.trpc.models.dependents.query({ id: "qwen3:8b" });
    const ofLeaf = await bob.trpc.models.dependents.query({ id: "leaf" });

    expect(bobs).toMatchObject({
      total: 3,
      hidden: 1,
      models: [
        { id: "branch", depth: 1, baseAccess: "delegate", mayWrite: true, isActive: true },
        { id: "leaf", depth: 2, baseUid: bobs.models[0]?.uid },
      ],
    });
    expect(adas.models.map(({ id }) => id).toSorted()).toStrictEqual(["branch", "leaf", "secret"]);
    expect(ofBase).toMatchObject({ total: 4, hidden: 0 });
    expect(ofLeaf).toStrictEqual({ total: 0, models: [], hidden: 0, aliases: { named: [], hidden: 0 } });
  });

  test("names the aliases that stand for it or for what is built on it to administrators, and counts them for others", async () => {
    const { ada, bob } = world;
    await bob.trpc.models.create.mutate({ id: "aliased", name: "Aliased", baseModelId: "qwen3:8b" });
    await bob.trpc.models.create.mutate({ id: "above", name: "Above", baseModelId: "aliased" });
    await ada.trpc.aliases.create.mutate({ id: "of-it", targets: [{ id: "aliased" }] });
    await ada.trpc.aliases.create.mutate({ id: "of-above", targets: [{ id: "qwen3:8b" }, { id: "above" }] });
    const change = { id: "aliased", revision: 1, params: { temperature: 0.3 } };

    const adas = await ada.trpc.models.dependents.query({ id: "aliased" });
    const bobs = await bob.trpc.models.dependents.query({ id: "aliased" });
    const ofAbove = await ada.trpc.models.dependents.query({ id: "above" });
    const impact = await ada.trpc.models.previewUpdate.query(change);
    const named = await ada.trpc.models.previewUpdate.query({ ...change, params: {}, name: "Other" });
    const counted = await bob.trpc.models.previewUpdate.query(change);

    expect([adas.aliases, bobs.aliases, ofAbove.aliases]).toStrictEqual([
      { named: ["of-above", "of-it"], hidden: 0 },
      { named: [], hidden: 2 },
      { named: ["of-above"], hidden: 0 },
    ]);
    expect([impact.aliases, named.aliases, counted.aliases]).toStrictEqual([
      { named: ["of-above", "of-it"], hidden: 0 },
      { named: ["of-it"], hidden: 0 },
      { named: [], hidden: 2 },
    ]);
    await ada.trpc.aliases.delete.mutate({ id: "of-it" });
    await ada.trpc.aliases.delete.mutate({ id: "of-above" });
  });

  test("is for those who may write", async () => {
    const { ada, bob, eve } = world;
    await ada.trpc.models.create.mutate({
      id: "readable",
      name: "Readable",
      baseModelId: "qwen3:8b",
      access: sharedWith({ read: [eve.id] }),
    });

    const reader = await failureOf(eve.trpc.models.dependents.query({ id: "readable" }));
    const stranger = await failureOf(bob.trpc.models.dependents.query({ id: "readable" }));
    const invalid = await failureOf(bob.trpc.models.dependents.query({ id: "../x" }));

    expect([reader.errorCode, stranger.errorCode]).toStrictEqual(["access_denied", "model_not_found"]);
    expect(invalid).toMatchObject({ errorCode: "invalid_input", issues: ["id"] });
  });
});

describe("models.previewUpdate", () => {
  test("tells whose params change from what to what, and who sets them", async () => {
    const { ada, bob, eve } = world;
    await ada.trpc.models.create.mutate({
      id: "ground",
      name: "Ground",
      baseModelId: "qwen3:8b",
      params: { temperature: 0.7, seed: 1 },
      access: sharedWith({ read: [eve.id], write: [bob.id] }),
    });
    const floor = { name: "Floor", baseModelId: "ground", params: { seed: 2 } };
    await bob.trpc.models.create.mutate({ id: "floor", ...floor });
    await eve.trpc.models.create.mutate({ id: "attic", ...floor });
    const revision = 1;

    const preview = await bob.trpc.models.previewUpdate.query({
      id: "ground",
      revision,
      name: "New ground",
      params: { temperature: 0.2, seed: 3 },
      paramModes: { temperature: "fixed" },
    });
    const stored = await bob.trpc.models.get.query({ id: "ground" });

    expect(preview).toMatchObject({ refusal: null, revision: 1, total: 3, hidden: 1, complete: true });
    expect(preview.changes.map(({ path }) => path.join("."))).toStrictEqual([
      "name",
      "params.seed",
      "params.temperature",
      "paramModes.temperature",
    ]);
    const source = { kind: "record", uid: stored.uid, id: "ground" };
    const temperature = {
      name: "temperature",
      before: { value: 0.7, mode: "default", source },
      after: { value: 0.2, mode: "fixed", source },
    };
    expect(preview.models).toMatchObject([
      {
        id: "ground",
        isEdited: true,
        kinds: ["params", "appearance"],
        params: [{ name: "seed", before: { value: 1 }, after: { value: 3 } }, temperature],
      },
      { id: "floor", isEdited: false, kinds: ["params"], params: [temperature] },
    ]);
    expect(stored).toMatchObject({ name: "Ground", revision: 1 });
  });

  test("tells who gains and loses access, and what stands on a right that ends", async () => {
    const { ada, bob, eve } = world;
    await ada.trpc.models.create.mutate({
      id: "lent",
      name: "Lent",
      baseModelId: "qwen3:8b",
      access: sharedWith({ write: [bob.id] }),
    });
    await bob.trpc.models.create.mutate({
      id: "vouched-for",
      name: "Vouched for",
      baseModelId: "lent",
      access: sharedWith({ read: [eve.id] }),
    });

    const preview = await ada.trpc.models.previewUpdate.query({
      id: "lent",
      revision: 1,
      access: sharedWith({ read: [eve.id] }),
    });

    const eves = { count: 1, named: [{ id: eve.id, name: "Eve" }] };
    const bobs = { count: 1, named: [{ id: bob.id, name: "Bob" }] };
    const nobody = { count: 0, named: [] };
    expect(preview).toMatchObject({ people: { gaining: 1, losing: 3 }, asks: null });
    expect(preview.models).toMatchObject([
      {
        id: "lent",
        kinds: ["readers", "callers"],
        readers: { gained: eves, lost: bobs },
        callers: { gained: eves, lost: bobs },
      },
      {
        id: "vouched-for",
        kinds: ["delegation", "callers"],
        // Eve may read the base now, but the model asks for a vouch that nobody gives
        callers: { gained: nobody, lost: { count: 3 } },
        readers: { gained: nobody, lost: nobody },
        delegation: { before: "stands", after: "ended" },
        forOwner: { before: null, after: "base_not_shared" },
      },
    ]);
  });

  test("asks whether to hide or to stop where models stand on what is deactivated", async () => {
    const { ada, bob } = world;
    await ada.trpc.models.create.mutate({
      id: "stopped",
      name: "Stopped",
      baseModelId: "qwen3:8b",
      access: { kind: "public" },
    });
    await bob.trpc.models.create.mutate({ id: "on-stopped", name: "On it", baseModelId: "stopped" });

    const stop = await ada.trpc.models.previewUpdate.query({ id: "stopped", isActive: false });
    const leaf = await bob.trpc.models.previewUpdate.query({ id: "on-stopped", isActive: false });

    expect(stop).toMatchObject({
      asks: "hide_or_stop",
      models: [
        { id: "stopped", kinds: ["callers"] },
        { id: "on-stopped", kinds: ["callers"], forOwner: { before: null, after: "base_inactive" } },
      ],
    });
    expect(leaf.asks).toBeNull();
  });

  test("shows a reader of other models no values of theirs, and nobody's name that they do not know", async () => {
    const { ada, bob, eve } = world;
    await bob.trpc.models.create.mutate({
      id: "opened",
      name: "Opened",
      baseModelId: "qwen3:8b",
      params: { seed: 1 },
      access: sharedWith({ write: [ada.id], read: [eve.id] }),
    });
    await ada.trpc.models.create.mutate({
      id: "adas-own",
      name: "Ada's",
      baseModelId: "opened",
      access: sharedWith({ read: [bob.id] }),
    });

    const preview = await bob.trpc.models.previewUpdate.query({
      id: "opened",
      revision: 1,
      params: { seed: 2 },
      access: { kind: "private" },
    });

    expect(preview.models).toMatchObject([
      { id: "opened", mayWrite: true, readers: { lost: { count: 1, named: [{ name: "Eve" }] } } },
      { id: "adas-own", mayWrite: false, kinds: expect.arrayContaining(["params"]) as unknown, params: null },
    ]);
  });

  test("tells the refusal that the update would meet, and is itself refused where the caller may not write", async () => {
    const { ada, bob, eve } = world;
    await bob.trpc.models.create.mutate({
      id: "guarded",
      name: "Guarded",
      baseModelId: "qwen3:8b",
      access: sharedWith({ read: [eve.id] }),
    });
    const updates = [
      { id: "guarded", revision: 9, name: "Stale" },
      { id: "guarded", name: "No revision" },
      { id: "guarded", revision: 1, baseModelId: "guarded" },
      { id: "guarded", revision: 1, baseModelId: "no-such" },
      { id: "guarded", revision: 1, baseModelId: null },
      { id: "guarded", revision: 1, access: { kind: "public" as const } },
      { id: "guarded", revision: 1, paramsPatch: { temperature: 9 } },
    ];

    const said = [];
    const met = [];
    for (const update of updates) {
      const { refusal } = await bob.trpc.models.previewUpdate.query(update);
      said.push([refusal?.code, refusal?.issues.map(({ path }) => path.join("."))]);
      const failure = await failureOf(bob.trpc.models.update.mutate(update));
      met.push([failure.errorCode, failure.issues]);
    }
    const reader = await failureOf(
      eve.trpc.models.previewUpdate.query({ id: "guarded", revision: 1, name: "X" }),
    );
    const memberOnBase = await failureOf(bob.trpc.models.previewUpdate.query({ id: "qwen3:8b", name: "X" }));
    const unknown = await failureOf(ada.trpc.models.previewUpdate.query({ id: "nowhere", name: "X" }));
    const invalid = await failureOf(
      bob.trpc.models.previewUpdate.query({ id: "guarded", revision: 1, params: { temperature: 9 } }),
    );

    expect(said).toStrictEqual(met);
    expect([reader.errorCode, memberOnBase.errorCode, unknown.errorCode]).toStrictEqual([
      "access_denied",
      "access_denied",
      "model_not_found",
    ]);
    expect(invalid).toMatchObject({ errorCode: "invalid_input", issues: ["params.temperature"] });
  });

  test("previews the first settings of a provider's own model", async () => {
    const { ada } = world;

    const preview = await ada.trpc.models.previewUpdate.query({
      id: "llama3.2",
      params: { temperature: 0.1 },
      access: { kind: "private" },
    });

    expect(preview).toMatchObject({ refusal: null, revision: null });
    expect(preview.models[0]).toMatchObject({
      id: "llama3.2:latest",
      kinds: ["params", "readers", "callers"],
      params: [{ name: "temperature", before: null, after: { value: 0.1 } }],
      readers: { gained: { count: 0 }, lost: { count: 2 } },
    });
    expect((await ada.trpc.models.get.query({ id: "llama3.2" })).revision).toBeNull();
  });
});
