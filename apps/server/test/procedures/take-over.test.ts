import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember } from "../support/people.ts";
import { sharedWith, startRecordsWorld, type RecordsWorld } from "../support/records-world.ts";

let world: RecordsWorld;
beforeAll(async () => {
  world = await startRecordsWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

/** A model of Ada's that Bob may write, and one of Bob's on it that he vouches for and Eve reads. */
async function lend(id: string) {
  const { ada, bob, eve } = world;
  await ada.trpc.models.create.mutate({
    id: `${id}-base`,
    name: "Base",
    baseModelId: "qwen3:8b",
    access: sharedWith({ write: [bob.id] }),
  });
  return bob.trpc.models.create.mutate({
    id,
    name: "On it",
    baseModelId: `${id}-base`,
    access: sharedWith({ read: [eve.id] }),
  });
}

describe("models.takeOver", () => {
  test("brings a model back whose voucher lost their right, and keeps it when they do later", async () => {
    const { ada, bob, eve } = world;
    await lend("lent");
    await ada.trpc.models.update.mutate({ id: "lent-base", revision: 1, access: { kind: "private" } });
    const broken = await eve.trpc.models.get.query({ id: "lent" });

    const taken = await ada.trpc.models.takeOver.mutate({ id: "lent", revision: 1 });
    const again = await ada.trpc.models.takeOver.mutate({ id: "lent", revision: 2 });
    const mended = await eve.trpc.models.get.query({ id: "lent" });
    const history = await bob.trpc.models.history.query({ id: "lent" });

    expect(broken).toMatchObject({ status: "base_not_shared", callable: false });
    expect(taken).toMatchObject({ revision: 2, callable: true, definition: { baseAccess: "delegate" } });
    expect(again.revision).toBe(2);
    expect(mended).toMatchObject({ status: "ready", callable: true });
    expect(history.versions[0]).toMatchObject({ action: "models.takeOver", author: { name: "Ada" } });
  });

  test("needs the right to write the base, and for a way that nobody vouched for the model's too", async () => {
    const { ada, bob, eve } = world;
    await lend("guarded");
    const own = {
      id: "unvouched",
      name: "Own",
      baseModelId: "qwen3:8b",
      access: sharedWith({ read: [eve.id] }),
    };
    await bob.trpc.models.create.mutate(own);

    const reader = await failureOf(eve.trpc.models.takeOver.mutate({ id: "guarded", revision: 1 }));
    const member = await failureOf(bob.trpc.models.takeOver.mutate({ id: "unvouched", revision: 1 }));
    const vouched = await ada.trpc.models.takeOver.mutate({ id: "unvouched", revision: 1 });

    expect([reader.errorCode, member.errorCode]).toStrictEqual(["access_denied", "access_denied"]);
    expect(vouched.definition?.baseAccess).toBe("delegate");
  });

  test("is refused for what the caller may not see, for a base model, without a revision, and for a stale one", async () => {
    const { ada, bob } = world;
    await lend("refused");
    const carl = await addMember(world.server, ada, "Carl");

    const failures = [
      await failureOf(carl.trpc.models.takeOver.mutate({ id: "refused", revision: 1 })),
      await failureOf(ada.trpc.models.takeOver.mutate({ id: "qwen3:8b", revision: 1 })),
      await failureOf(bob.trpc.models.takeOver.mutate({ id: "refused", revision: 0 })),
      await failureOf(bob.trpc.models.takeOver.mutate({ id: "refused", revision: 7 })),
    ];

    expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual([
      "model_not_found",
      "kind_is_fixed",
      "invalid_input",
      "revision_conflict",
    ]);
  });
});

describe("users.previewUpdate", () => {
  test("lists the models that a person's suspension or demotion would stop", async () => {
    const { ada, bob, eve } = world;
    const made = await lend("depends");

    const suspended = await ada.trpc.users.previewUpdate.query({ id: bob.id, status: "suspended" });
    const same = await ada.trpc.users.previewUpdate.query({ id: bob.id, status: "active" });
    const failures = [
      await failureOf(eve.trpc.users.previewUpdate.query({ id: bob.id, role: "pending" })),
      await failureOf(ada.trpc.users.previewUpdate.query({ id: "nobody" })),
      await failureOf(ada.trpc.users.previewUpdate.query({ id: made.uid })),
    ];

    const { uid, id, name, revision } = made;
    expect(suspended.models).toContainEqual({ uid, id, name, revision, baseId: "depends-base" });
    expect(suspended).toMatchObject({ hidden: 0, total: suspended.models.length });
    expect(same).toStrictEqual({ total: 0, models: [], hidden: 0 });
    expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual([
      "access_denied",
      "invalid_input",
      "user_not_found",
    ]);
  });
});

describe("models.toggle of what others stand on", () => {
  test("stops them all, or hides it and keeps them", async () => {
    const { ada, eve } = world;
    await lend("stands");
    const base = "stands-base";

    const stopped = await ada.trpc.models.toggle.mutate({ id: base, isActive: false });
    const then = await eve.trpc.models.get.query({ id: "stands" });
    await ada.trpc.models.toggle.mutate({ id: base, isActive: true });
    const hidden = await ada.trpc.models.toggle.mutate({ id: base, dependents: "keep" });
    const kept = await eve.trpc.models.get.query({ id: "stands" });

    expect(stopped).toMatchObject({ isActive: false, hidden: false });
    expect(then).toMatchObject({ status: "base_inactive", callable: false });
    expect(hidden).toMatchObject({ isActive: true, hidden: true });
    expect(kept.callable).toBe(true);
  });

  test("hides a provider's own model by its first settings, and deactivates what nothing stands on", async () => {
    const { ada, bob } = world;
    await bob.trpc.models.create.mutate({ id: "on-llama", name: "On", baseModelId: "llama3.2" });

    const hidden = await ada.trpc.models.toggle.mutate({
      id: "llama3.2",
      isActive: false,
      dependents: "keep",
    });
    const leaf = await bob.trpc.models.toggle.mutate({ id: "on-llama", isActive: false, dependents: "keep" });
    const denied = await failureOf(bob.trpc.models.toggle.mutate({ id: "llama3.2", dependents: "keep" }));

    expect(hidden).toMatchObject({ isActive: true, hidden: true, revision: 1 });
    expect(leaf).toMatchObject({ isActive: false, hidden: false });
    expect(denied.errorCode).toBe("access_denied");
  });
});
