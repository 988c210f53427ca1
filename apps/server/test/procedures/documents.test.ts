import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, clientFor, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const canary = "sk-canary-of-the-stored-key";
const picture =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let ollama: SimulatedOllama;
let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;

beforeAll(async () => {
  ollama = await startSimulatedOllama({ models: ["llama3.2:latest", "qwen3:8b"] });
  server = await startTestServer({
    LAB_API_KEY: canary,
    OTHER_API_KEY: "sk-other",
    HIDDEN_VARIABLE: "hidden",
  });
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
  eve = await addMember(server, ada, "Eve");
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
    authType: "bearer",
    key: canary,
    defaultVisibility: { kind: "public" },
  });
  await ada.trpc.connections.refresh.mutate({ uid });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.stop();
});

type Item = Record<string, unknown>;
type Document = {
  corral: number;
  source: string;
  settings?: Item;
  groups?: Item[];
  connections?: Item[];
  models?: Item[];
  images?: Record<string, string>;
  stamps?: unknown;
};

/** Names of what a report says other than unchanged. */
function linesOf({ items }: { items: readonly { kind: string; name: string; outcome: string }[] }): string[] {
  return items
    .filter(({ outcome }) => outcome !== "unchanged")
    .map(({ kind, name, outcome }) => `${outcome} ${kind} ${name}`);
}

async function exportOf(person: Person, source = "main"): Promise<Document> {
  const { text } = await person.trpc.documents.export.query({ source });
  return JSON.parse(text) as Document; // our own format
}

function plan(
  person: Person,
  document: object,
  options: { adopt?: boolean; prune?: boolean; force?: boolean } = {},
) {
  return person.trpc.documents.plan.mutate({ text: JSON.stringify(document), ...options });
}

function apply(
  person: Person,
  document: object,
  options: { adopt?: boolean; prune?: boolean; force?: boolean; strict?: boolean } = {},
) {
  return person.trpc.documents.applyChanges.mutate({ text: JSON.stringify(document), ...options });
}

test("documents.export gives the same bytes twice, in JSON and in YAML, and a plan of them finds nothing", async () => {
  await ada.trpc.groups.create.mutate({ name: "Writers", memberIds: [bob.id] });
  await bob.trpc.models.create.mutate({
    id: "brief",
    name: "Brief",
    baseModelId: "qwen3:8b",
    params: { system: "Be brief: # not a comment\n- nor a list", temperature: 0.5 },
    meta: { profile_image_url: picture, tags: ["Lab"] },
  });

  const json = await ada.trpc.documents.export.query({});
  const again = await ada.trpc.documents.export.query({});
  const yaml = await ada.trpc.documents.export.query({ format: "yaml" });
  const planned = await ada.trpc.documents.plan.mutate({ text: json.text, prune: true });
  const plannedYaml = await ada.trpc.documents.plan.mutate({ text: yaml.text });

  expect(again.text).toBe(json.text);
  expect(json.counts).toStrictEqual({ models: 1, connections: 1, groups: 1, policies: 0, aliases: 0 });
  expect([planned.hasChanges, plannedYaml.hasChanges]).toStrictEqual([false, false]);
  expect(planned.counts).toMatchObject({ unchanged: 4, create: 0 });
  expect(Object.keys((JSON.parse(json.text) as Document).images ?? {})).toHaveLength(1);
});

test("documents.applyChanges makes what the document says and nothing else, and its objects bear its mark", async () => {
  const document = {
    corral: 1,
    source: "team/files",
    groups: [{ name: "Testers", description: "Who tests", members: ["eve@example.com"] }],
    models: [
      { id: "over", name: "Over", baseModelId: "under", access: { read: { groups: ["testers"] } } },
      { id: "under", name: "Under", baseModelId: "llama3.2", params: { temperature: 0.1 } },
      { id: "llama3.2", meta: { tags: [{ name: "Small" }] } },
    ],
  };

  const planned = await plan(ada, document);
  const applied = await apply(ada, document);
  const again = await plan(ada, document);
  const drift = await ada.trpc.documents.drift.query({ source: "team/files" });

  expect(linesOf(planned)).toStrictEqual([
    "create group Testers",
    "create model over",
    "create model under",
    "create model llama3.2:latest",
  ]);
  expect(applied).toMatchObject({ applied: true, source: "team/files", counts: { created: 4 } });
  expect(again).toMatchObject({ hasChanges: false, counts: { unchanged: 4 } });
  expect(drift).toMatchObject({ owned: 4, items: [] });
  expect((await eve.trpc.models.get.query({ id: "over" })).name).toBe("Over");
  expect((await ada.trpc.models.history.query({ id: "under" })).versions[0]).toMatchObject({
    action: "documents.apply",
    author: { name: "Ada" },
  });
});

test("what somebody made by hand is a conflict, until the document is told to take it over", async () => {
  await ada.trpc.models.create.mutate({ id: "by-hand", name: "By hand", baseModelId: "qwen3:8b" });
  const document = { corral: 1, source: "taker", models: [{ id: "by-hand", name: "By file" }] };

  const refused = await apply(ada, document);
  const kept = await ada.trpc.models.get.query({ id: "by-hand" });
  const taken = await apply(ada, document, { adopt: true });
  const other = await plan(ada, {
    ...document,
    source: "another",
    models: [{ id: "by-hand", name: "By other" }],
  });

  expect(refused.items[0]).toMatchObject({ outcome: "conflict", error: { code: "owned_by_others" } });
  expect(kept.name).toBe("By hand");
  expect(taken.items[0]).toMatchObject({
    outcome: "updated",
    adopted: true,
    changes: [{ path: ["name"], before: "By hand", after: "By file" }],
  });
  expect(other.items[0]).toMatchObject({ outcome: "conflict" });
});

test("documents.drift tells what was changed and deleted by hand, and only what the document spoke of", async () => {
  const document = {
    corral: 1,
    source: "drifting",
    models: [
      { id: "drift-a", baseModelId: "qwen3:8b", params: { temperature: 0.1 } },
      { id: "drift-b", baseModelId: "qwen3:8b" },
      { id: "drift-c", baseModelId: "qwen3:8b" },
    ],
  };
  await apply(ada, document);
  await ada.trpc.models.update.mutate({ id: "drift-a", revision: 1, paramsPatch: { temperature: 0.9 } });
  await ada.trpc.models.update.mutate({ id: "drift-b", revision: 1, name: "Free to change" });
  await ada.trpc.models.delete.mutate({ id: "drift-c" });

  const drift = await ada.trpc.documents.drift.query({ source: "drifting" });
  const planned = await plan(ada, document);
  await apply(ada, document);
  const settled = await ada.trpc.documents.drift.query({ source: "drifting" });

  expect(drift.items).toMatchObject([
    {
      name: "drift-a",
      state: "changed",
      changes: [{ path: ["params", "temperature"], before: 0.1, after: 0.9 }],
    },
    { name: "drift-c", state: "gone" },
  ]);
  expect(planned.items[0]).toMatchObject({ outcome: "update", drift: [{ before: 0.1, after: 0.9 }] });
  expect(linesOf(planned)).toStrictEqual(["update model drift-a", "create model drift-c"]);
  expect(settled).toMatchObject({ owned: 3, items: [] });
});

test("prune deletes what the document made and speaks of no longer, and nothing that others made", async () => {
  const document = {
    corral: 1,
    source: "pruning",
    groups: [{ name: "Pruned" }, { name: "Staying" }],
    models: [
      { id: "prune-low", baseModelId: "qwen3:8b" },
      { id: "prune-high", baseModelId: "prune-low", access: { read: { groups: ["Pruned"] } } },
      { id: "prune-kept", baseModelId: "qwen3:8b" },
    ],
  };
  await apply(ada, document);
  await ada.trpc.models.create.mutate({ id: "prune-by-hand", name: "By hand", baseModelId: "qwen3:8b" });
  const smaller = { ...document, groups: [{ name: "Staying" }], models: [{ id: "prune-kept" }] };

  const kept = await plan(ada, smaller);
  const silent = await plan(ada, { corral: 1, source: "pruning" }, { prune: true });
  const planned = await plan(ada, smaller, { prune: true });
  const pruned = await apply(ada, smaller, { prune: true });
  const again = await plan(ada, smaller, { prune: true });

  expect([kept.hasChanges, silent.hasChanges, again.hasChanges]).toStrictEqual([false, false, false]);
  expect(linesOf(planned).toSorted()).toStrictEqual([
    "delete group Pruned",
    "delete model prune-high",
    "delete model prune-low",
  ]);
  expect(pruned.counts).toMatchObject({ deleted: 3, unchanged: 2 });
  expect((await ada.trpc.models.get.query({ id: "prune-by-hand" })).name).toBe("By hand");
});

test("a base that others still need is not pruned without force", async () => {
  const document = { corral: 1, source: "needed", models: [{ id: "needed", baseModelId: "qwen3:8b" }] };
  await apply(ada, document);
  await ada.trpc.models.create.mutate({ id: "needs-it", name: "Needs it", baseModelId: "needed" });

  const refused = await apply(ada, { ...document, models: [] }, { prune: true });
  const forced = await apply(ada, { ...document, models: [] }, { prune: true, force: true });

  expect(refused.items[0]).toMatchObject({ outcome: "conflict", error: { code: "dependants_exist" } });
  expect(forced.items[0]).toMatchObject({ outcome: "deleted" });
});

test("connections take their secrets from references, which alone are ever shown", async () => {
  const connection = {
    slug: "filed",
    name: "Filed",
    provider: "ollama",
    authType: "bearer",
    url: ollama.url,
    defaultVisibility: { read: { users: ["eve@example.com"] } },
    secrets: { key: "env:LAB_API_KEY", headers: { "x-team": "env:OTHER_API_KEY" } },
  };
  const document = { corral: 1, source: "connecting", connections: [connection] };

  const planned = await plan(ada, document);
  const applied = await apply(ada, document);
  const exported = await exportOf(ada, "connecting");
  const again = await plan(ada, exported);
  const rotated = await plan(ada, {
    ...document,
    connections: [{ ...connection, secrets: { key: "env:OTHER_API_KEY" } }],
  });

  expect(linesOf(planned)).toStrictEqual(["create connection filed"]);
  expect(applied.counts).toMatchObject({ created: 1 });
  expect(exported.connections?.find(({ slug }) => slug === "filed")).toMatchObject({
    secrets: connection.secrets,
    defaultVisibility: { read: { users: ["eve@example.com"], groups: [] } },
  });
  expect(again.hasChanges).toBe(false);
  expect(rotated.items[0]).toMatchObject({
    outcome: "update",
    changes: [{ path: ["secrets", "key"], before: "env:LAB_API_KEY", after: "env:OTHER_API_KEY" }],
  });
  expect(JSON.stringify([planned, applied, exported, again, rotated])).not.toMatch(/sk-canary|sk-other/u);
  expect(server.logged()).not.toMatch(/sk-canary|sk-other/u);
});

test("a reference that the operator did not allow is refused, and so is a secret in the open", async () => {
  const of = (key: string) => ({
    corral: 1,
    source: "prying",
    connections: [
      { slug: "prying", provider: "openai", url: ollama.url, authType: "bearer", secrets: { key } },
    ],
  });

  const own = await plan(ada, of("env:CORRAL_SECRET_KEY"));
  const hidden = await plan(ada, of("env:HIDDEN_VARIABLE"));
  const file = await plan(ada, of("file:/etc/hostname"));
  const climbing = await plan(ada, of("file:/run/secrets/../../etc/hostname"));
  const unset = await plan(ada, of("env:UNSET_API_KEY"));
  const open = await plan(ada, of("sk-in-the-open"));

  const messages = [own, hidden, file, climbing, unset, open].map(
    ({ items }) => items[0]?.error?.message ?? "",
  );
  expect(messages.map((message) => /CORRAL_SECRET_REFERENCES|not set|env:NAME/u.test(message))).toStrictEqual(
    Array.from({ length: 6 }, () => true),
  );
  expect(messages.join(" ")).not.toMatch(/sk-in-the-open/u);
});

test("settings are stated without adopting, and the drift of them shows", async () => {
  const document = { corral: 1, source: "settled", settings: { signUpOpen: true } };

  const planned = await plan(ada, document);
  await apply(ada, document);
  const again = await plan(ada, document);
  await apply(ada, { ...document, settings: { signUpOpen: false } });

  expect(planned.items).toMatchObject([
    { kind: "settings", outcome: "update", changes: [{ path: ["signUpOpen"], before: false, after: true }] },
  ]);
  expect(again.hasChanges).toBe(false);
});

test("a member's document holds what they may write, and may say nothing of connections, groups and settings", async () => {
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "qwen3:8b" });
  await ada.trpc.models.create.mutate({
    id: "seen",
    name: "Seen",
    baseModelId: "qwen3:8b",
    access: {
      kind: "restricted",
      read: { groupIds: [], userIds: [bob.id] },
      write: { groupIds: [], userIds: [] },
    },
  });
  await ada.trpc.models.create.mutate({ id: "unseen", name: "Unseen", baseModelId: "qwen3:8b" });

  const exported = await exportOf(bob);
  const applied = await apply(
    bob,
    {
      corral: 1,
      source: "main",
      settings: { signUpOpen: true },
      groups: [{ name: "Bob's own" }],
      connections: [{ slug: "bobs", provider: "openai", url: "https://example.com/v1" }],
      models: [
        { id: "bobs", name: "Bob's better" },
        { id: "seen", name: "Stolen" },
        { id: "unseen", baseModelId: "qwen3:8b" },
        { id: "bobs-new", baseModelId: "no-such-base" },
      ],
    },
    { adopt: true },
  );

  expect(Object.keys(exported)).toStrictEqual(["corral", "source", "models", "images", "stamps"]);
  expect(exported.models?.map(({ id }) => id)).toStrictEqual(["bobs", "brief"]);
  expect(linesOf(applied)).toStrictEqual([
    "forbidden settings settings",
    "forbidden group Bob's own",
    "forbidden connection bobs",
    "updated model bobs",
    "forbidden model seen",
    "conflict model unseen",
    "invalid model bobs-new",
  ]);
});

test("a member's document does not tell who has an account: others stand in it by id, and no address leads to them", async () => {
  const nobody = { groupIds: [], userIds: [] };
  await ada.trpc.models.create.mutate({
    id: "between-us",
    name: "Between us",
    baseModelId: "qwen3:8b",
    access: {
      kind: "restricted",
      read: { groupIds: [], userIds: [eve.id] },
      write: { ...nobody, userIds: [bob.id] },
    },
  });
  const share = (users: string[]) => ({
    corral: 1,
    source: "main",
    models: [{ id: "shared-by-bob", baseModelId: "qwen3:8b", access: { read: { users } } }],
  });

  const exported = await exportOf(bob);
  const byAddress = await plan(bob, share(["eve@example.com"]));
  const byWrongAddress = await plan(bob, share(["nobody@example.com"]));

  expect(exported.models?.find(({ id }) => id === "between-us")).toMatchObject({
    access: { read: { users: [eve.id] }, write: { users: ["bob@example.com"] } },
  });
  expect([byAddress, byWrongAddress].map(({ items }) => items[0]?.error?.code)).toStrictEqual([
    "principal_not_found",
    "principal_not_found",
  ]);
});

test("a body beyond the ordinary limit is read from those who are signed in, and from nobody else", async () => {
  const text = JSON.stringify({
    corral: 1,
    source: "large",
    models: [],
    stamps: "x".repeat(3 * 1024 * 1024),
  });

  const planned = await ada.trpc.documents.plan.mutate({ text });
  const stranger = await failureOf(clientFor(server.url).documents.plan.mutate({ text }));
  const elsewhere = await failureOf(ada.trpc.models.create.mutate({ id: "x", name: text, baseModelId: "y" }));

  expect(planned.hasChanges).toBe(false);
  expect([stranger.errorCode, elsewhere.errorCode]).toStrictEqual(["unauthenticated", "payload_too_large"]);
});

test("a wrong item keeps nobody out but itself; strict lets nothing in", async () => {
  const document = {
    corral: 1,
    source: "mixed",
    models: [
      { id: "good", baseModelId: "qwen3:8b" },
      { id: "bad", baseModelId: "qwen3:8b", params: { temperature: 9 } },
      { id: "GOOD", baseModelId: "qwen3:8b" },
      { id: "shared", baseModelId: "qwen3:8b", access: { read: { users: ["nobody@example.com"] } } },
    ],
  };

  const strict = await apply(ada, document, { strict: true });
  const missing = await failureOf(ada.trpc.models.get.query({ id: "good" }));
  const applied = await apply(ada, document);

  expect(strict).toMatchObject({ applied: false, counts: { created: 1, invalid: 3 } });
  expect(missing.errorCode).toBe("model_not_found");
  expect(applied.items.map(({ outcome, error }) => [outcome, error?.code])).toStrictEqual([
    ["created", undefined],
    ["invalid", "invalid_input"],
    ["invalid", "invalid_input"],
    ["invalid", "principal_not_found"],
  ]);
  expect(applied.items[1]?.error?.issues?.[0]?.path).toStrictEqual(["models", 1, "params", "temperature"]);
});

test("a picture makes the round trip through another installation", async () => {
  const exported = await exportOf(bob);
  await using other = await startTestServer();
  const zoe = await signUpAdministrator(other);
  const models = exported.models?.filter(({ id }) => id === "brief");

  const applied = await apply(zoe, { ...exported, models });
  const there = await exportOf(zoe);

  expect(applied.items[0]).toMatchObject({
    outcome: "created",
    notes: [expect.stringContaining("bob@example.com"), expect.stringContaining("qwen3:8b")],
  });
  expect(there.images).toStrictEqual(exported.images);
  expect(there.models).toStrictEqual(models?.map((item) => ({ ...item, owner: "ada@example.com" })));
});

test("a long YAML document is read and written in a thread, and others are answered meanwhile", async () => {
  const models = Array.from({ length: 40 }, (_, at) => ({
    id: `yaml-${at}`,
    baseModelId: "qwen3:8b",
    params: { system: `Number ${at}:\n- not a list\n`.repeat(3_000), temperature: (at % 20) / 10 },
  }));
  const json = JSON.stringify({ corral: 1, source: "yaml", models });
  const { counts } = await ada.trpc.documents.applyChanges.mutate({ text: json });
  let answered = 0;
  let isOver = false;

  const exporting = ada.trpc.documents.export.query({ format: "yaml", source: "yaml" }).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await ada.trpc.models.get.query({ id: "qwen3:8b" });
    answered += 1;
  }
  const { text } = await exporting;
  const planned = await ada.trpc.documents.plan.mutate({ text });
  const broken = await failureOf(ada.trpc.documents.plan.mutate({ text: `${text}\nmodels: []\n` }));
  const emptied = await ada.trpc.documents.applyChanges.mutate({
    text: JSON.stringify({ corral: 1, source: "yaml", models: [] }),
    prune: true,
  });

  expect([counts["created"], emptied.counts["deleted"]]).toStrictEqual([40, 40]);
  expect(text.length).toBeGreaterThan(2 * 1024 * 1024);
  expect(planned.hasChanges).toBe(false);
  expect(answered).toBeGreaterThan(1);
  expect([broken.errorCode, broken.message]).toStrictEqual([
    "invalid_input",
    expect.stringContaining("stands twice"),
  ]);
}, 120_000);

test("what is no document is refused as a whole, and says why", async () => {
  const texts = {
    "{": /YAML|JSON/u,
    '{"corral":2,"source":"main"}': /corral.*must be 1/u,
    '{"corral":1}': /source/u,
    '{"corral":1,"source":"main","model":[]}': /model/u,
    '{"corral":1,"source":"main","models":{}}': /models/u,
    "corral: 1\nsource: main\nmodels: &a [*a]": /./u,
    "corral: 1\nsource: main\nsource: other": /twice/u,
    "? ? ? ? a": /\?/u,
    [`a: ${"[".repeat(40)}${"]".repeat(40)}`]: /levels/u,
    [`a: ${JSON.stringify("x".repeat(9 * 1024 * 1024))}`]: /MiB/u,
    '{"corral":1,"source":"main","stamps":{"__proto__":{}}}': /__proto__|constructor/u,
  };

  for (const [text, message] of Object.entries(texts)) {
    const failure = await failureOf(ada.trpc.documents.plan.mutate({ text }));
    expect(failure.errorCode).toMatch(/invalid_input|payload_too_large/u);
    expect(failure.message).toMatch(message);
  }
});

test("without the permissions nothing is exported, planned, applied or imported", async () => {
  await apply(ada, { corral: 1, source: "rights", settings: { memberPermissions: ["models.create"] } });
  const text = JSON.stringify({ corral: 1, source: "main" });

  const failures = await Promise.all([
    failureOf(bob.trpc.documents.export.query({})),
    failureOf(bob.trpc.documents.drift.query({})),
    failureOf(bob.trpc.documents.plan.mutate({ text })),
  ]);
  const apply_ = await failureOf(bob.trpc.documents.applyChanges.mutate({ text }));
  const import_ = await failureOf(bob.trpc.documents.import.mutate({ format: "open-webui", text: "[]" }));

  expect([...failures, apply_, import_].map(({ errorCode }) => errorCode)).toStrictEqual(
    Array.from({ length: 5 }, () => "access_denied"),
  );
});
