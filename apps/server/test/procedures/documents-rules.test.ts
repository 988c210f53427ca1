import { createHash } from "node:crypto";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { pixel, startRecordsWorld, type RecordsWorld } from "../support/records-world.ts";
import { startTestServer } from "../support/start-test-server.ts";

let world: RecordsWorld;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await startRecordsWorld();
  ({ ada, bob } = world);
});
afterAll(async () => world[Symbol.asyncDispose]());

type Item = Record<string, unknown>;
type Document = {
  policies?: Item[] | undefined;
  aliases?: Item[];
  models?: Item[];
  images?: Item;
  connections?: Item[] | undefined;
};
type Options = { adopt?: boolean; prune?: boolean; force?: boolean; strict?: boolean };

const stated = (source: string, document: Document) => JSON.stringify({ corral: 1, source, ...document });
const plan = (person: Person, text: string, options: Options = {}) =>
  person.trpc.documents.plan.mutate({ text, ...options });
const apply = (person: Person, text: string, options: Options = {}) =>
  person.trpc.documents.applyChanges.mutate({ text, ...options });

async function exportOf(person: Person): Promise<Document> {
  const { text } = await person.trpc.documents.export.query({ stamps: false });
  return JSON.parse(text) as Document; // our own format
}

function linesOf({ items }: { items: readonly { kind: string; name: string; outcome: string }[] }): string[] {
  return items
    .filter(({ outcome }) => outcome !== "unchanged")
    .map(({ kind, name, outcome }) => `${outcome} ${kind} ${name}`);
}

const policyNames = async () => (await ada.trpc.policies.list.query()).policies.map(({ name }) => name);
const aliasTargets = async (id: string) =>
  (await ada.trpc.aliases.get.query({ id })).definition?.targets.map((target) => [target.id, target.weight]);

describe("policies in a document", () => {
  test("are made in its order, name connections by slug, and stay as they are when it comes again", async () => {
    const models = [{ id: "pictured", baseModelId: "qwen3:8b", meta: { profile_image_url: pixel } }];
    const policies = [
      {
        name: "Embeddings are plumbing",
        match: { pattern: "*embed*", connections: ["lab"] },
        actions: { hidden: true, tags: ["plumbing"], image: pixel },
      },
      {
        name: "The rest",
        actions: { access: { read: { users: ["bob@example.com"] } } },
        enabled: false,
      },
    ];

    const planned = await plan(ada, stated("rules", { policies }));
    const applied = await apply(ada, stated("rules", { policies, models }));
    const again = await plan(ada, stated("rules", { policies }), { prune: true });
    const exported = await exportOf(ada);
    const back = await plan(ada, stated("rules", exported));
    const { policies: stored } = await ada.trpc.policies.list.query();

    const hash = createHash("sha256")
      .update(Buffer.from(pixel.split(",")[1] ?? "", "base64"))
      .digest("hex");
    expect(linesOf(planned)).toStrictEqual([
      "create policy Embeddings are plumbing",
      "create policy The rest",
    ]);
    expect(applied.items.map(({ error }) => error)).toStrictEqual([null, null, null]);
    expect([again.hasChanges, back.hasChanges]).toStrictEqual([false, false]);
    expect(stored.map(({ name, enabled }) => [name, enabled])).toStrictEqual([
      ["Embeddings are plumbing", true],
      ["The rest", false],
    ]);
    expect(exported.policies).toStrictEqual([
      {
        name: "Embeddings are plumbing",
        enabled: true,
        match: { connections: ["lab"], pattern: "*embed*" },
        actions: { hidden: true, image: `corral-image:${hash}`, tags: [{ name: "plumbing" }] },
      },
      {
        name: "The rest",
        enabled: false,
        match: {},
        actions: {
          access: { read: { groups: [], users: ["bob@example.com"] }, write: { groups: [], users: [] } },
        },
      },
    ]);
    expect(Object.keys(exported.images ?? {})).toContain(hash);
  });

  test("change places with the document, and those that it does not name keep theirs", async () => {
    const of = (...names: string[]) => ({
      policies: names.map((name) => ({ name, actions: { hidden: true } })),
    });
    await apply(ada, stated("order", of("First", "Second")));
    await ada.trpc.policies.create.mutate({ name: "By hand", actions: { active: false } });
    await apply(ada, stated("order", of("First", "Second", "Third")));
    const before = await policyNames();

    const planned = await plan(ada, stated("order", of("Third", "First", "Second")));
    await apply(ada, stated("order", of("Third", "First", "Second")));
    const after = await policyNames();
    const settled = await plan(ada, stated("order", of("Third", "First", "Second")));

    expect(planned.items.map(({ outcome, changes }) => [outcome, changes])).toStrictEqual([
      ["update", [{ path: ["position"], before: 3, after: 1 }]],
      ["update", [{ path: ["position"], before: 1, after: 2 }]],
      ["update", [{ path: ["position"], before: 2, after: 3 }]],
    ]);
    expect(before.slice(-4)).toStrictEqual(["First", "Second", "By hand", "Third"]);
    expect(after.slice(-4)).toStrictEqual(["Third", "First", "By hand", "Second"]);
    expect(settled.hasChanges).toBe(false);
  });

  test("of others are a conflict until they are adopted; drift shows; prune takes away its own alone", async () => {
    await ada.trpc.policies.create.mutate({ name: "Hand made", actions: { active: false } });
    const policies = [
      { name: "Hand made", actions: { hidden: true } },
      { name: "Ours", actions: { active: true } },
    ];

    const refused = await apply(ada, stated("owned", { policies }));
    const taken = await apply(ada, stated("owned", { policies }), { adopt: true });
    const ours = (await ada.trpc.policies.list.query()).policies.find(({ name }) => name === "Ours");
    await ada.trpc.policies.update.mutate({
      uid: ours?.uid ?? "",
      revision: ours?.revision ?? 0,
      actions: { active: false },
    });
    const drift = await ada.trpc.documents.drift.query({ source: "owned" });
    const pruned = await apply(ada, stated("owned", { policies: [{ name: "Hand made" }] }), { prune: true });

    expect(refused.items[0]).toMatchObject({ outcome: "conflict", error: { code: "owned_by_others" } });
    expect(taken.items[0]).toMatchObject({ outcome: "updated", adopted: true, name: "Hand made" });
    expect(drift.items).toMatchObject([
      {
        kind: "policy",
        name: "Ours",
        changes: [{ path: ["actions", "active"], before: true, after: false }],
      },
    ]);
    expect(linesOf(pruned)).toStrictEqual(["deleted policy Ours"]);
    expect(await policyNames()).toContain("Hand made");
  });

  test("decide about what a connection of the same document lists, however soon it lists it", async () => {
    await using ollama = await startSimulatedOllama({ models: ["nomic-embed-text", "smollm:1b"] });
    // the first that matches decides
    for (const { uid } of (await ada.trpc.policies.list.query()).policies)
      await ada.trpc.policies.delete.mutate({ uid });
    const document = {
      connections: [
        {
          slug: "far",
          name: "Far",
          provider: "ollama",
          url: ollama.url,
          prefix: "far",
          defaultVisibility: "public",
        },
      ],
      policies: [
        {
          name: "Nobody sees what embeds",
          match: { connections: ["far"], pattern: "*embed*" },
          actions: { access: "private" },
        },
      ],
    };

    const planned = await plan(ada, stated("together", document));
    const applied = await apply(ada, stated("together", document));
    const again = await plan(ada, stated("together", document));
    const { rows } = await bob.trpc.models.list.query({ query: "far." });

    expect(linesOf(planned)).toStrictEqual([
      "create connection far",
      "create policy Nobody sees what embeds",
    ]);
    expect(applied.counts).toMatchObject({ created: 2 });
    expect(again.hasChanges).toBe(false);
    expect(rows.map(({ id }) => id)).toStrictEqual(["far.smollm:1b"]);
  });

  test("that name nobody and nothing known, or that do nothing, are refused one by one", async () => {
    const planned = await plan(
      ada,
      stated("wrong", {
        policies: [
          { name: "Nowhere", match: { connections: ["nowhere"] }, actions: { hidden: true } },
          { name: "Nobody", actions: { access: { read: { users: ["nobody@example.com"] } } } },
          { name: "Nothing" },
          { name: "Otherwise", actions: { hidden: "yes" } },
        ],
      }),
    );

    expect(
      planned.items.map(({ outcome, error }) => [outcome, error?.issues?.[0]?.path.join(".")]),
    ).toStrictEqual([
      ["invalid", "match.connections.0"],
      ["invalid", "access"],
      ["invalid", "actions"],
      ["invalid", "policies.3.actions.hidden"],
    ]);
  });
});

describe("aliases in a document", () => {
  test("are made after the models that they stand for, with weights, and stay as they are when it comes again", async () => {
    const document = {
      models: [{ id: "Fast", baseModelId: "qwen3:8b" }],
      aliases: [
        {
          id: "assistant",
          description: "Everybody's",
          targets: [{ id: "fast", weight: 9 }, { id: "llama3.2" }],
        },
      ],
    };

    const planned = await plan(ada, stated("names", document));
    const applied = await apply(ada, stated("names", document));
    const again = await plan(ada, stated("names", document), { prune: true });
    const drift = await ada.trpc.documents.drift.query({ source: "names" });
    const exported = await exportOf(ada);

    expect(linesOf(planned)).toStrictEqual(["create model Fast", "create alias assistant"]);
    expect(applied.counts).toMatchObject({ created: 2 });
    expect(await aliasTargets("assistant")).toStrictEqual([
      ["Fast", 9],
      ["llama3.2:latest", 1],
    ]);
    expect([again.hasChanges, drift.items]).toStrictEqual([false, []]);
    expect(exported.aliases).toStrictEqual([
      {
        id: "assistant",
        description: "Everybody's",
        targets: [
          { id: "Fast", weight: 9 },
          { id: "llama3.2:latest", weight: 1 },
        ],
      },
    ]);
  });

  test("let go of a model before it is pruned, and the plan knows", async () => {
    await apply(
      ada,
      stated("letting-go", {
        models: [{ id: "leaving", baseModelId: "qwen3:8b" }],
        aliases: [
          { id: "stays", targets: [{ id: "leaving" }, { id: "qwen3:8b" }] },
          { id: "leaves-too", targets: [{ id: "leaving" }] },
        ],
      }),
    );
    const smaller = { models: [], aliases: [{ id: "stays", targets: [{ id: "qwen3:8b" }] }] };

    const kept = await plan(ada, stated("letting-go", { models: [] }), { prune: true });
    const planned = await plan(ada, stated("letting-go", smaller), { prune: true });
    const pruned = await apply(ada, stated("letting-go", smaller), { prune: true });

    expect(kept.items).toMatchObject([{ outcome: "conflict", error: { code: "dependants_exist" } }]);
    expect(linesOf(planned)).toStrictEqual([
      "update alias stays",
      "delete alias leaves-too",
      "delete model leaving",
    ]);
    expect(linesOf(pruned)).toStrictEqual([
      "updated alias stays",
      "deleted alias leaves-too",
      "deleted model leaving",
    ]);
  });

  test("of others are a conflict, names of models are taken, and unknown models are refused", async () => {
    await ada.trpc.aliases.create.mutate({ id: "by-hand", targets: [{ id: "qwen3:8b" }] });

    const planned = await plan(
      ada,
      stated("refused", {
        aliases: [
          { id: "BY-HAND", description: "Ours" },
          { id: "qwen3:8b", targets: [{ id: "llama3.2" }] },
          { id: "of-nothing", targets: [{ id: "nothing" }] },
          { id: "without" },
          { id: "twice", targets: [{ id: "qwen3:8b" }, { id: "QWEN3:8B" }] },
        ],
      }),
    );
    const taken = await apply(ada, stated("refused", { aliases: [{ id: "by-hand", description: "Ours" }] }), {
      adopt: true,
    });

    expect(planned.items.map(({ outcome, error }) => [outcome, error?.code])).toStrictEqual([
      ["conflict", "owned_by_others"],
      ["conflict", "model_id_taken"],
      ["invalid", "base_model_not_found"],
      ["invalid", "invalid_input"],
      ["invalid", "invalid_input"],
    ]);
    expect(taken.items).toMatchObject([{ outcome: "updated", adopted: true }]);
  });
});

test("a member's document may say nothing of policies and aliases, and does not hold them", async () => {
  const exported = await exportOf(bob);
  const planned = await plan(
    bob,
    stated("main", {
      policies: [{ name: "Bob's", actions: { hidden: true } }],
      aliases: [{ id: "bobs-alias", targets: [{ id: "qwen3:8b" }] }],
    }),
  );

  expect(Object.keys(exported)).toStrictEqual(["corral", "source", "models"]);
  expect(linesOf(planned)).toStrictEqual(["forbidden policy Bob's", "forbidden alias bobs-alias"]);
});

describe("the owner of a model in a document", () => {
  test("is given by administrators, and told of where it is left out", async () => {
    const of = (owner: string | null, id = "owned") => ({ models: [{ id, baseModelId: "qwen3:8b", owner }] });

    await apply(ada, stated("giving", of("bob@example.com")));
    const made = await ada.trpc.models.get.query({ id: "owned" });
    const given = await apply(ada, stated("giving", of("eve@example.com")));
    const passed = await ada.trpc.models.get.query({ id: "owned" });
    const unknown = await plan(ada, stated("giving", of("nobody@example.com")));
    const nobodys = await apply(ada, stated("giving", of(null)));
    const bobs = await apply(bob, stated("giving", of("eve@example.com", "bobs-own")));
    const exported = await exportOf(bob);

    expect([made.ownerName, made.revision, passed.ownerName]).toStrictEqual(["Bob", 1, "Eve"]);
    expect(given.items[0]?.changes).toStrictEqual([
      { path: ["owner"], before: "bob@example.com", after: "eve@example.com" },
    ]);
    expect(unknown).toMatchObject({
      hasChanges: false,
      items: [{ notes: [expect.stringContaining("nobody@")] }],
    });
    expect(nobodys.items).toMatchObject([{ outcome: "updated" }]);
    expect(bobs.items).toMatchObject([
      { outcome: "created", notes: [expect.stringContaining("only administrators")] },
    ]);
    expect(exported.models?.find(({ id }) => id === "bobs-own")).toMatchObject({ owner: "bob@example.com" });
  });
});

test("one undo takes back what an apply did to models; the rest is taken back by the document before", async () => {
  const before = { models: [{ id: "undone", baseModelId: "qwen3:8b", name: "Before" }], aliases: [] };
  await apply(ada, stated("undoing", before));
  const { operationId } = await apply(
    ada,
    stated("undoing", {
      models: [
        { id: "undone", name: "After" },
        { id: "undone-too", baseModelId: "undone" },
      ],
      aliases: [{ id: "undone-alias", targets: [{ id: "qwen3:8b" }] }],
    }),
  );

  const undone = await ada.trpc.operations.undo.mutate({ id: operationId ?? "" });
  const alias = await ada.trpc.aliases.get.query({ id: "undone-alias" });
  const settled = await apply(ada, stated("undoing", before), { prune: true });

  expect(undone.counts).toMatchObject({ updated: 1, deleted: 1 });
  expect((await ada.trpc.models.get.query({ id: "undone" })).name).toBe("Before");
  expect(alias.callable).toBe(true);
  expect(linesOf(settled)).toStrictEqual(["deleted alias undone-alias"]);
});

test("policies and aliases make the round trip to another installation, byte for byte", async () => {
  await using other = await startTestServer();
  const zoe = await signUpAdministrator(other);
  await addMember(other, zoe, "Bob");
  await addMember(other, zoe, "Eve");
  const document = await exportOf(ada);
  // the secret of its connection is not part of a document
  const connections = document.connections?.filter(({ slug }) => slug === "lab");
  const policies = document.policies?.filter(({ name }) => name !== "Nobody sees what embeds");

  const applied = await apply(zoe, stated("moved", { ...document, connections, policies }));
  const there = await exportOf(zoe);

  expect(applied.counts).toMatchObject({ conflict: 0, invalid: 0, forbidden: 0 });
  expect(JSON.stringify([there.policies, there.aliases, there.images])).toBe(
    JSON.stringify([policies, document.aliases, document.images]),
  );
});
