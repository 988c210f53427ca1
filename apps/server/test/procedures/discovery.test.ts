import { startSimulatedOpenAI, type SimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let openai: SimulatedOpenAI;
let server: TestServer;
let ada: Person;
let bob: Person;

const nowhere = "9b8f5c1a-0000-4000-8000-000000000000";
const aPixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

beforeAll(async () => {
  openai = await startSimulatedOpenAI({ models: ["gpt-small", "gpt-large", "text-embedding-small"] });
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await openai.stop();
});

async function connect(name: string, change: { prefix?: string; public?: boolean } = {}) {
  const made = await ada.trpc.connections.create.mutate({
    provider: "openai",
    name,
    url: openai.baseUrl,
    prefix: change.prefix ?? name.toLowerCase(),
    ...(change.public === true && { defaultVisibility: { kind: "public" } }),
  });
  await ada.trpc.connections.refresh.mutate({ uid: made.uid });
  return made;
}

describe("policies", () => {
  test("decide about models that are new, the first that matches alone, and never about those that are known", async () => {
    await connect("Before", { public: true });
    const embeddings = await ada.trpc.policies.create.mutate({
      name: "Embeddings are plumbing",
      match: { pattern: "*embedding*" },
      actions: { hidden: true, tags: ["plumbing"], access: { kind: "public" }, image: aPixel },
    });
    const rest = await ada.trpc.policies.create.mutate({
      name: "Wait for a person",
      actions: { active: false, tags: ["new"] },
    });
    const narrow = await ada.trpc.policies.create.mutate({
      name: "Only some",
      match: { connections: [(await connect("Elsewhere")).uid], capabilities: ["vision"] },
      actions: { tags: ["never"] },
    });

    const after = await connect("After");

    const hidden = await ada.trpc.models.get.query({ id: "after.text-embedding-small" });
    const waiting = await ada.trpc.models.get.query({ id: "after.gpt-small" });
    const known = await ada.trpc.models.get.query({ id: "before.gpt-small" });
    const history = await ada.trpc.models.history.query({ id: "after.gpt-small" });
    expect(hidden).toMatchObject({
      isActive: true,
      name: "after.text-embedding-small",
      definition: {
        access: { kind: "public" },
        meta: {
          hidden: true,
          tags: [{ name: "plumbing" }],
          profile_image_url: expect.stringMatching(/&v=[0-9a-f]{64}$/u),
        },
      },
    });
    expect(waiting).toMatchObject({
      isActive: false,
      tags: ["new"],
      definition: { access: { kind: "inherit" } },
    });
    expect(known.definition?.meta).toEqual({});
    expect(history).toMatchObject({
      total: 1,
      versions: [{ author: null, action: "policies.apply:Wait for a person" }],
    });
    // Bob may read what a policy made public, and nothing else of a private connection
    expect((await bob.trpc.models.get.query({ id: "after.text-embedding-small" })).id).toBe(hidden.id);
    expect((await failureOf(bob.trpc.models.get.query({ id: "after.gpt-small" }))).errorCode).toBe(
      "model_not_found",
    );

    // a later listing does not decide again
    await ada.trpc.models.toggle.mutate({ id: "after.gpt-small", isActive: true });
    await ada.trpc.connections.refresh.mutate({ uid: after.uid });
    expect((await ada.trpc.models.get.query({ id: "after.gpt-small" })).isActive).toBe(true);
    for (const { uid } of [embeddings, rest, narrow]) await ada.trpc.policies.delete.mutate({ uid });
    expect((await ada.trpc.models.get.query({ id: "after.text-embedding-small" })).tags).toEqual([
      "plumbing",
    ]);
  });

  test("policies.preview tells what one would have done, and policies.applyTo does it where nobody decided", async () => {
    await connect("Known");
    await ada.trpc.models.update.mutate({ id: "known.gpt-large", name: "Ours" });
    const earlier = await ada.trpc.policies.create.mutate({
      name: "Earlier",
      match: { pattern: "known.gpt-small" },
      actions: { tags: ["earlier"] },
    });
    const match = { pattern: "known.*" };
    const policy = await ada.trpc.policies.create.mutate({
      name: "Later",
      enabled: false,
      match,
      actions: { tags: ["later"], access: { kind: "restricted", ...readers(bob.id) } },
    });

    const preview = await ada.trpc.policies.preview.query({ uid: policy.uid });
    const draft = await ada.trpc.policies.preview.query({ match: { pattern: "no-such-*" }, withinDays: 1 });
    const moved = await ada.trpc.policies.reorder.mutate({ uids: [policy.uid, earlier.uid] });
    const first = await ada.trpc.policies.preview.query({ uid: policy.uid, match });
    await ada.trpc.policies.reorder.mutate({ uids: [earlier.uid, policy.uid] });
    const applied = await ada.trpc.policies.applyTo.mutate({ uid: policy.uid });
    const again = await ada.trpc.policies.applyTo.mutate({ uid: policy.uid, modelUids: applied.applied });

    expect(preview.counts).toEqual({ applies: 1, has_settings: 1, earlier_policy: 1 });
    expect(
      Object.fromEntries(preview.models.map(({ id, outcome, policyUid }) => [id, [outcome, policyUid]])),
    ).toEqual({
      "known.gpt-small": ["earlier_policy", earlier.uid],
      "known.gpt-large": ["has_settings", null],
      "known.text-embedding-small": ["applies", null],
    });
    expect(draft.counts).toEqual({ applies: 0, has_settings: 0, earlier_policy: 0 });
    expect(moved.policies.map(({ uid }) => uid)).toEqual([policy.uid, earlier.uid]);
    expect(first.counts).toEqual({ applies: 2, has_settings: 1, earlier_policy: 0 });
    expect(applied).toMatchObject({ applied: [expect.any(String)], skipped: 0 });
    expect(again).toEqual({ applied: [], skipped: 1 });
    expect((await bob.trpc.models.get.query({ id: "known.text-embedding-small" })).tags).toEqual(["later"]);
    expect((await ada.trpc.models.get.query({ id: "known.gpt-large" })).name).toBe("Ours");
    for (const { uid } of [earlier, policy]) await ada.trpc.policies.delete.mutate({ uid });
  });

  test("policies.list, create, update, delete and reorder are administrators', and say what is wrong", async () => {
    const made = await ada.trpc.policies.create.mutate({
      name: "One",
      actions: { image: aPixel, tags: ["x"] },
    });
    const image = made.actions.image ?? "";
    // what reading gives back means: the same picture
    const kept = await ada.trpc.policies.update.mutate({
      uid: made.uid,
      revision: 1,
      name: "One more",
      actions: { image, active: false },
    });
    const { policies } = await ada.trpc.policies.list.query();

    expect(made).toMatchObject({ enabled: true, match: {}, revision: 1, actions: { tags: [{ name: "x" }] } });
    expect(kept).toMatchObject({ revision: 2, name: "One more", actions: { image, active: false } });
    expect(policies).toEqual([kept]);
    const failures = {
      stale: ada.trpc.policies.update.mutate({ uid: made.uid, revision: 1, name: "Lost" }),
      unknown: ada.trpc.policies.update.mutate({ uid: nowhere, revision: 1, name: "Lost" }),
      taken: ada.trpc.policies.create.mutate({ name: "one MORE", actions: { active: true } }),
      nothing: ada.trpc.policies.create.mutate({ name: "Idle", actions: {} }),
      connection: ada.trpc.policies.create.mutate({
        name: "Where",
        match: { connections: [nowhere] },
        actions: { active: true },
      }),
      person: ada.trpc.policies.create.mutate({
        name: "Who",
        actions: { access: { kind: "restricted", ...readers(nowhere) } },
      }),
      image: ada.trpc.policies.create.mutate({
        name: "Picture",
        actions: { image: `corral-image:${"0".repeat(64)}` },
      }),
      order: ada.trpc.policies.reorder.mutate({ uids: [made.uid, made.uid] }),
      gone: ada.trpc.policies.delete.mutate({ uid: nowhere }),
      preview: ada.trpc.policies.preview.query({ uid: nowhere }),
      apply: ada.trpc.policies.applyTo.mutate({ uid: nowhere }),
      aimless: ada.trpc.policies.preview.query({}),
    };
    const codes = await Promise.all(
      Object.entries(failures).map(async ([name, call]) => [name, (await failureOf(call)).errorCode]),
    );
    expect(Object.fromEntries(codes)).toEqual({
      stale: "revision_conflict",
      unknown: "policy_not_found",
      taken: "name_taken",
      nothing: "invalid_input",
      connection: "connection_not_found",
      person: "principal_not_found",
      image: "invalid_input",
      order: "invalid_input",
      gone: "policy_not_found",
      preview: "policy_not_found",
      apply: "policy_not_found",
      aimless: "invalid_input",
    });

    const denied = [
      bob.trpc.policies.list.query(),
      bob.trpc.policies.create.mutate({ name: "Mine", actions: { active: true } }),
      bob.trpc.policies.update.mutate({ uid: made.uid, revision: 2, name: "Mine" }),
      bob.trpc.policies.delete.mutate({ uid: made.uid }),
      bob.trpc.policies.reorder.mutate({ uids: [made.uid] }),
      bob.trpc.policies.preview.query({ uid: made.uid }),
      bob.trpc.policies.applyTo.mutate({ uid: made.uid }),
    ];
    for (const { errorCode } of await Promise.all(denied.map(failureOf)))
      expect(errorCode).toBe("access_denied");
    await ada.trpc.policies.delete.mutate({ uid: made.uid });
  });
});

test("discovery.events tells what a listing brought, to those who may see connections", async () => {
  const { uid } = await connect("Events");

  const { events } = await ada.trpc.discovery.events.query({ connectionUid: uid, kinds: ["new"] });
  const page = await ada.trpc.discovery.events.query({
    connectionUid: uid,
    limit: 1,
    before: events[1]?.id ?? 0,
  });
  const denied = await failureOf(bob.trpc.discovery.events.query({}));
  const invalid = await failureOf(ada.trpc.discovery.events.query({ limit: 0 }));

  expect(new Set(events.map(({ kind, modelId, upstreamId }) => `${kind} ${modelId} ${upstreamId}`))).toEqual(
    new Set([
      "new events.gpt-large gpt-large",
      "new events.gpt-small gpt-small",
      "new events.text-embedding-small text-embedding-small",
    ]),
  );
  expect(page.events).toEqual([events[2]]);
  expect([denied.errorCode, invalid.errorCode]).toEqual(["access_denied", "invalid_input"]);
});

test("models.list with refresh has the providers asked first, as anybody may", async () => {
  await connect("Asked", { public: true });
  openai.addModel("gpt-brand-new");

  const before = await bob.trpc.models.list.query({ query: "asked.gpt-brand-new" });
  const after = await bob.trpc.models.list.query({ query: "asked.gpt-brand-new", refresh: true });

  expect([before.total, after.total]).toEqual([0, 1]);
});

test("a connection's default visibility shows base models that nobody decided about, and no others", async () => {
  const { uid } = await connect("Default");
  await ada.trpc.models.update.mutate({ id: "default.gpt-small", access: { kind: "private" } });
  // settings of any other kind leave it to the connection
  await ada.trpc.models.update.mutate({ id: "default.gpt-large", name: "Large" });
  const seen = async () => (await bob.trpc.models.list.query({ query: "default." })).rows.map(({ id }) => id);
  const revision = async () =>
    (await ada.trpc.connections.list.query()).connections.find((one) => one.uid === uid)?.revision ?? 0;
  const show = async (access: { kind: "public" | "private" }) =>
    ada.trpc.connections.update.mutate({ uid, revision: await revision(), defaultVisibility: access });

  const first = await seen();
  await show({ kind: "public" });
  const shown = await seen();
  await show({ kind: "private" });

  expect(first).toEqual([]);
  expect(shown.toSorted()).toEqual(
    ["default.gpt-brand-new", "default.gpt-large", "default.text-embedding-small"].toSorted(),
  );
  expect(await seen()).toEqual([]);
});

describe("a deleted connection", () => {
  test("comes back under its uid with its models and what was stored about them", async () => {
    const made = await ada.trpc.connections.create.mutate({
      provider: "openai",
      name: "Phoenix",
      url: openai.baseUrl,
      authType: "bearer",
      key: "sk-first",
      prefix: "phoenix",
    });
    await ada.trpc.connections.refresh.mutate({ uid: made.uid });
    const kept = await ada.trpc.models.update.mutate({
      id: "phoenix.gpt-small",
      name: "Small one",
      access: { kind: "public" },
    });
    await ada.trpc.models.create.mutate({ id: "stands-on", name: "On", baseModelId: "phoenix.gpt-large" });
    await ada.trpc.connections.delete.mutate({ uid: made.uid });
    const gone = await ada.trpc.models.get.query({ id: "phoenix.gpt-small" });
    const call = await failureOf(
      ada.trpc.chat.complete.mutate({ model: "stands-on", messages: [{ role: "user", content: "hi" }] }),
    );

    const all = await ada.trpc.connections.listArchived.query();
    const like = { provider: "openai", url: `${new URL(openai.baseUrl).origin}/elsewhere` } as const;
    const offered = await ada.trpc.connections.listArchived.query({ like });
    const others = await ada.trpc.connections.listArchived.query({ like: { ...like, provider: "ollama" } });
    const restored = await ada.trpc.connections.restore.mutate({
      uid: made.uid,
      key: "sk-second",
      name: "Again",
    });
    await ada.trpc.connections.refresh.mutate({ uid: made.uid });

    expect(gone).toMatchObject({ uid: kept.uid, status: "gone_upstream", callable: false });
    expect(call.httpStatus).toBe(404);
    expect(offered.connections).toMatchObject([
      { uid: made.uid, name: "Phoenix", keyFingerprint: null, modelCount: 2 },
    ]);
    expect(all.connections.map(({ uid }) => uid)).toContain(made.uid);
    expect(others.connections).toEqual([]);
    expect(restored).toMatchObject({
      uid: made.uid,
      slug: made.slug,
      name: "Again",
      prefix: "phoenix",
      enabled: true,
    });
    expect(restored.keyFingerprint).not.toBe(made.keyFingerprint);
    expect(await ada.trpc.models.get.query({ id: "phoenix.gpt-small" })).toMatchObject({
      uid: kept.uid,
      name: "Small one",
      status: "ready",
    });
    const answer = await ada.trpc.chat.complete.mutate({
      model: "stands-on",
      messages: [{ role: "user", content: "hi" }],
    });
    expect(answer.model).toBe("stands-on");
    // and those that nothing stood on are there again as well
    expect((await ada.trpc.models.list.query({ query: "phoenix.", kind: "base" })).total).toBe(4);
    expect((await ada.trpc.connections.listArchived.query({ like })).connections).toEqual([]);
  });

  test("needs its secrets again, its server and a free name, and an administrator", async () => {
    const made = await ada.trpc.connections.create.mutate({
      provider: "openai",
      name: "Locked",
      url: openai.baseUrl,
      authType: "bearer",
      key: "sk-lost",
      prefix: "locked",
    });
    const { uid } = made;
    const alive = await failureOf(ada.trpc.connections.restore.mutate({ uid, key: "sk-new" }));
    await ada.trpc.connections.delete.mutate({ uid });
    await connect("Locked", { prefix: "locked" });

    const keyless = await failureOf(ada.trpc.connections.restore.mutate({ uid }));
    const moved = await failureOf(
      ada.trpc.connections.restore.mutate({ uid, key: "sk-new", url: "http://127.0.0.1:9/v1" }),
    );
    const taken = await failureOf(ada.trpc.connections.restore.mutate({ uid, key: "sk-new" }));
    const denied = await failureOf(bob.trpc.connections.restore.mutate({ uid, key: "sk-new" }));
    const unseen = await failureOf(bob.trpc.connections.listArchived.query());
    const invalid = await failureOf(
      ada.trpc.connections.listArchived.query({ like: { provider: "openai", url: "?" } }),
    );
    const restored = await ada.trpc.connections.restore.mutate({ uid, key: "sk-new", prefix: "unlocked" });

    expect([alive, keyless, moved, taken, denied, unseen, invalid].map(({ errorCode }) => errorCode)).toEqual(
      [
        "connection_not_found",
        "invalid_input",
        "invalid_input",
        "name_taken",
        "access_denied",
        "access_denied",
        "invalid_input",
      ],
    );
    expect([keyless.issues, moved.issues]).toEqual([["key"], ["url"]]);
    // its slug was taken meanwhile
    expect(restored.slug).toBe("locked-2");
  });
});

function readers(userId: string) {
  return { read: { groupIds: [], userIds: [userId] }, write: { groupIds: [], userIds: [] } };
}
