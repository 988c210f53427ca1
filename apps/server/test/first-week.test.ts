import { startSimulatedOpenAI } from "@corral/simulated-providers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listV1, readableBy, tryChat } from "./support/access-world.ts";
import { failureOf } from "./support/failure-of.ts";
import { startNamesWorld, type Connected, type NamesWorld } from "./support/names-world.ts";
import { addMember, clientFor, type Person } from "./support/people.ts";

/** What a team does in its first week, flow by flow, as its people see it. */

let world: NamesWorld;
let lab: Connected;
let eve: Person;
beforeEach(async () => {
  world = await startNamesWorld();
  eve = await addMember(world.server, world.ada, "Eve");
  lab = await world.connectOllama("Lab", { models: ["llama3.2:latest", "qwen3:8b"] });
});
afterEach(() => world[Symbol.asyncDispose]());

const nobody = { groupIds: [], userIds: [] };
const codeOf = async (call: Promise<unknown>) => (await failureOf(call)).errorCode;
const idsOf = async (person: Person) => (await person.trpc.models.list.query({})).rows.map(({ id }) => id);
const statusOf = async (person: Person, id: string) => (await person.trpc.models.get.query({ id })).status;

async function updateConnection(change: {
  readonly enabled?: boolean;
  readonly defaultVisibility?: { readonly kind: "public" | "private" };
}): Promise<void> {
  const { connections } = await world.ada.trpc.connections.list.query();
  const revision = connections.find(({ uid }) => uid === lab.uid)?.revision ?? 0;
  await world.ada.trpc.connections.update.mutate({ uid: lab.uid, revision, ...change });
}

test("1. an administrator connects a local Ollama, and everybody calls its models", async () => {
  const { ada, bob, server } = world;

  expect(await idsOf(ada)).toStrictEqual(["llama3.2:latest", "qwen3:8b"]);
  expect(await idsOf(bob)).toStrictEqual(["llama3.2:latest", "qwen3:8b"]);
  expect(await world.ask("llama3.2")).toBe("Lab llama3.2:latest");
  expect(await tryChat(server, bob.token, "LLAMA3.2:latest")).toMatchObject({ status: 200 });
});

test("2. a member shares a model with a group: who joins has it, who leaves has not", async () => {
  const { ada, bob, server } = world;
  const { id: groupId } = await ada.trpc.groups.create.mutate({ name: "Support", memberIds: [bob.id] });
  await bob.trpc.models.create.mutate({
    id: "helper",
    name: "Helper",
    baseModelId: "qwen3:8b",
    access: readableBy({ groupIds: [groupId] }),
  });
  const before = await tryChat(server, eve.token, "helper");

  await ada.trpc.groups.update.mutate({ id: groupId, memberIds: [bob.id, eve.id] });
  const joined = await tryChat(server, eve.token, "helper");
  await ada.trpc.groups.update.mutate({ id: groupId, memberIds: [bob.id] });
  const left = await tryChat(server, eve.token, "helper");

  expect([before, joined, left].map(({ status, code }) => code ?? status)).toStrictEqual([
    "model_not_found",
    200,
    "model_not_found",
  ]);
});

test("3. a member's model over a public base is the member's until it is shared", async () => {
  const { bob, server } = world;
  const made = await bob.trpc.models.create.mutate({
    id: "bobs",
    name: "Bob's",
    baseModelId: "llama3.2",
    params: { system: "You are Bob's.", temperature: 0.1 },
  });
  const alone = await tryChat(server, eve.token, "bobs");

  await bob.trpc.models.update.mutate({
    id: "bobs",
    revision: made.revision ?? 0,
    access: readableBy({ userIds: [eve.id] }),
  });
  const seen = await eve.trpc.models.get.query({ id: "bobs" });

  expect(alone.code).toBe("model_not_found");
  expect((await tryChat(server, eve.token, "bobs")).status).toBe(200);
  // how it is made stays with its owner
  expect([seen.definition, seen.mayWrite, seen.ownerName]).toStrictEqual([null, false, "Bob"]);
});

test("4. a base that is made private later stops what members built on it, and says why", async () => {
  const { ada, bob, server } = world;
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "llama3.2" });
  const { uid } = await ada.trpc.models.create.mutate({
    id: "house",
    name: "House",
    baseModelId: "llama3.2",
    access: { kind: "public" },
  });

  await updateConnection({ defaultVisibility: { kind: "private" } });

  expect(await statusOf(bob, "bobs")).toBe("base_not_shared");
  expect((await tryChat(server, bob.token, "bobs")).code).toBe("base_not_shared");
  expect((await bob.trpc.access.explain.query({ id: "bobs" })).refusal?.code).toBe("base_not_shared");
  // the administrator stood for that one, and goes on doing so
  expect((await tryChat(server, bob.token, "house")).status).toBe(200);
  expect(await idsOf(bob)).toStrictEqual(["bobs", "house"]);
  expect(uid).toBe((await bob.trpc.models.get.query({ id: "house" })).uid);
});

test("5. a connection that is disabled, removed and restored brings its models back with what stands on them", async () => {
  const { ada, bob, server } = world;
  const { uid } = await ada.trpc.models.get.query({ id: "qwen3:8b" });
  await ada.trpc.models.update.mutate({ id: "qwen3:8b", name: "Qwen", params: { temperature: 0.3 } });
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "qwen3:8b" });

  await updateConnection({ enabled: false });
  const disabled = [await statusOf(ada, "qwen3:8b"), (await tryChat(server, bob.token, "bobs")).status];
  await ada.trpc.connections.delete.mutate({ uid: lab.uid });
  const removed = await statusOf(ada, "qwen3:8b");
  const like = { provider: "ollama" as const, url: lab.ollama.url };
  const { connections } = await ada.trpc.connections.listArchived.query({ like });
  await ada.trpc.connections.restore.mutate({ uid: connections[0]?.uid ?? "", enabled: true });
  await world.refresh(lab);

  const back = await ada.trpc.models.get.query({ id: "qwen3:8b" });
  expect(disabled).toStrictEqual(["disabled", 503]);
  expect(removed).toBe("gone_upstream");
  expect(connections.map((one) => one.uid)).toStrictEqual([lab.uid]);
  expect(back).toMatchObject({ uid, name: "Qwen", status: "ready" });
  expect((await tryChat(server, bob.token, "bobs")).status).toBe(200);
});

test("6. one name on two Ollama servers is one model, and each caller is sent where they may go", async () => {
  const { ada, bob, server } = world;
  const cellar = await world.connectOllama("Cellar", { models: ["llama3.2:latest"] });
  const both = await ada.trpc.models.get.query({ id: "llama3.2" });

  await updateConnection({ defaultVisibility: { kind: "private" } });
  const answers = new Set<string>();
  for (let call = 0; call < 6; call += 1) answers.add(await world.ask("llama3.2"));

  expect(both.connections?.map(({ name }) => name).toSorted()).toStrictEqual(["Cellar", "Lab"]);
  expect([...answers]).toStrictEqual(["Cellar llama3.2:latest"]);
  expect(await idsOf(bob)).toStrictEqual(["llama3.2:latest"]);
  expect(cellar.slug).not.toBe(lab.slug);
  expect((await tryChat(server, ada.token, "qwen3:8b")).status).toBe(200);
});

test("7. one id on two OpenAI connections: the first keeps the name, the other is called through its connection", async () => {
  const { ada } = world;
  await using first = new AsyncDisposableStack();
  const uids: string[] = [];
  for (const name of ["North", "South"]) {
    const upstream = await startSimulatedOpenAI({ models: ["gpt-x"], reply: () => ({ text: name }) });
    first.defer(() => upstream.stop());
    const { uid } = await ada.trpc.connections.create.mutate({
      provider: "openai",
      name,
      url: upstream.baseUrl,
      defaultVisibility: { kind: "public" },
    });
    await ada.trpc.connections.refresh.mutate({ uid });
    uids.push(uid);
  }

  const shadowed = (await ada.trpc.models.list.query({ status: ["shadowed"] })).rows;

  expect(await world.ask("gpt-x")).toBe("North");
  expect(await world.ask("south/gpt-x")).toBe("South");
  expect(shadowed.map(({ id }) => id)).toStrictEqual(["south/gpt-x"]);
  // the bare name never moves by itself
  await ada.trpc.connections.delete.mutate({ uid: uids[0] ?? "" });
  expect(await codeOf(world.ask("gpt-x"))).toBe("model_not_found");
  expect(await world.ask("south/gpt-x")).toBe("South");
});

test("8. a base is hidden, and what is built on it stays", async () => {
  const { ada, bob, server } = world;
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "llama3.2" });
  const { dependents, asks } = await (async () => {
    const preview = await ada.trpc.models.previewUpdate.query({ id: "llama3.2", isActive: false });
    const tree = await ada.trpc.models.dependents.query({ id: "llama3.2" });
    return { dependents: tree, asks: preview.asks };
  })();

  await ada.trpc.models.toggle.mutate({ id: "llama3.2", isActive: false, dependents: "keep" });

  expect(asks).toBe("hide_or_stop");
  expect(JSON.stringify(dependents)).toContain("bobs");
  expect(await idsOf(bob)).toStrictEqual(["bobs", "qwen3:8b"]);
  expect(await listV1(server, bob.token)).toStrictEqual(["bobs", "qwen3:8b"]);
  expect((await tryChat(server, bob.token, "bobs")).status).toBe(200);
  expect((await tryChat(server, bob.token, "llama3.2")).status).toBe(200);

  await ada.trpc.models.toggle.mutate({ id: "llama3.2", isActive: false, dependents: "stop" });
  expect((await tryChat(server, bob.token, "bobs")).code).toBe("base_inactive");
});

test("9. an export of Open WebUI comes in, its foreign people left out, its missing bases kept for repair", async () => {
  const { ada, bob, server } = world;
  const row = (id: string, base: string, access: unknown) => ({
    id,
    user_id: "from-elsewhere",
    base_model_id: base,
    name: id,
    params: { temperature: "0.4" },
    meta: { description: null },
    access_control: access,
    is_active: true,
  });
  const text = JSON.stringify([
    row("kept", "llama3.2", { read: { group_ids: ["their-group"], user_ids: ["their-user"] } }),
    row("broken", "not-here:1b", null),
  ]);

  const report = await ada.trpc.documents.import.mutate({ format: "open-webui", text });

  expect(report.items.map(({ name, outcome }) => `${name} ${outcome}`).toSorted()).toStrictEqual([
    "broken created",
    "kept created",
  ]);
  expect((await ada.trpc.models.get.query({ id: "kept" })).visibility).toBe("private");
  expect(await idsOf(bob)).not.toContain("kept");
  expect(await statusOf(ada, "broken")).toBe("base_missing");
  expect((await tryChat(server, ada.token, "kept")).status).toBe(200);
  const broken = await ada.trpc.models.get.query({ id: "broken" });
  await ada.trpc.models.update.mutate({
    id: "broken",
    revision: broken.revision ?? 0,
    baseModelId: "qwen3:8b",
  });
  expect((await tryChat(server, ada.token, "broken")).status).toBe(200);
});

test("10. a key with a list of models calls those alone, whatever its owner may", async () => {
  const { bob, server } = world;
  const { key } = await bob.trpc.keys.create.mutate({ name: "robot", models: { ids: ["qwen3:8b"] } });

  expect(await listV1(server, key)).toStrictEqual(["qwen3:8b"]);
  expect((await tryChat(server, key, "qwen3:8b")).status).toBe(200);
  expect((await tryChat(server, key, "llama3.2")).code).toBe("model_not_found");
  expect(await codeOf(clientFor(server.url, key).keys.list.query())).toBe("access_denied");
});

test("11. a model that its provider renamed: one action, and everything stands on the new one", async () => {
  const { ada, bob, server } = world;
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "qwen3:8b" });
  const { key } = await bob.trpc.keys.create.mutate({ name: "robot", models: { ids: ["qwen3:8b"] } });
  await world.lose(lab, "qwen3:8b");
  lab.ollama.addModel("qwen3.5:8b");
  await world.refresh(lab);
  const gone = await tryChat(server, bob.token, "bobs");
  const { suggestions } = await ada.trpc.models.renames.query();

  await ada.trpc.models.rename.mutate({ from: "qwen3:8b", to: "qwen3.5:8b" });

  expect(gone.code).toBe("gone_upstream");
  expect(suggestions).toMatchObject([{ from: { id: "qwen3:8b" }, to: { id: "qwen3.5:8b" } }]);
  for (const [token, model] of [
    [bob.token, "bobs"],
    [bob.token, "qwen3:8b"],
    [key, "qwen3.5:8b"],
  ] as const) {
    expect((await tryChat(server, token, model)).status).toBe(200);
  }
});

test("12. an owner leaves: nobody is let in by them any more, and their models are given on", async () => {
  const { ada, bob, server } = world;
  await bob.trpc.models.create.mutate({
    id: "bobs",
    name: "Bob's",
    baseModelId: "llama3.2",
    access: readableBy({ userIds: [eve.id] }),
  });
  const { key } = await bob.trpc.keys.replaceDefault.mutate();

  await ada.trpc.users.update.mutate({ id: bob.id, status: "suspended" });
  const left = [await listV1(server, key), (await tryChat(server, eve.token, "bobs")).status];
  const report = await ada.trpc.models.bulk.mutate({
    select: { ids: ["bobs"] },
    change: { ownerId: eve.id },
  });

  expect(left).toStrictEqual([401, 200]);
  expect(report.results).toMatchObject([{ id: "bobs", outcome: "updated" }]);
  expect(await eve.trpc.models.get.query({ id: "bobs" })).toMatchObject({ ownerId: eve.id, mayWrite: true });
});

test("13. a revision with wider access is restored by those who may share, and by no others", async () => {
  const { ada, bob, server } = world;
  const wide = { kind: "restricted" as const, read: { groupIds: [], userIds: [eve.id] }, write: nobody };
  await ada.trpc.models.create.mutate({ id: "house", name: "House", baseModelId: "llama3.2", access: wide });
  const write = { kind: "restricted" as const, read: nobody, write: { groupIds: [], userIds: [bob.id] } };
  await ada.trpc.models.update.mutate({ id: "house", revision: 1, access: write });
  await ada.trpc.models.update.mutate({ id: "house", revision: 2, access: { kind: "public" } });
  await ada.trpc.models.update.mutate({ id: "house", revision: 3, access: write });
  const narrowed = await tryChat(server, eve.token, "house");

  // members may not share with everyone
  const denied = await codeOf(bob.trpc.models.restore.mutate({ id: "house", revision: 4, version: 3 }));
  await ada.trpc.models.restore.mutate({ id: "house", revision: 4, version: 1 });

  expect(narrowed.code).toBe("model_not_found");
  expect(denied).toBe("access_denied");
  expect((await tryChat(server, eve.token, "house")).status).toBe(200);
  expect((await tryChat(server, bob.token, "house")).code).toBe("model_not_found");
});

test("14. a picture goes in, is shown to readers alone, and comes back through an export", async () => {
  const { ada, bob, server } = world;
  const pixel =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  await ada.trpc.models.create.mutate({
    id: "pictured",
    name: "Pictured",
    baseModelId: "llama3.2",
    meta: { profile_image_url: pixel },
    access: readableBy({ userIds: [bob.id] }),
  });
  const picture = async (person: Person, url: string) =>
    fetch(`${server.url}${url}`, { headers: { authorization: `Bearer ${person.token}` } });
  const { imageUrl } = await bob.trpc.models.get.query({ id: "pictured" });
  const shown = await picture(bob, imageUrl ?? "");
  const hidden = await picture(eve, imageUrl ?? "");

  const exported = await ada.trpc.documents.export.query({ format: "json" });
  await ada.trpc.models.delete.mutate({ id: "pictured" });
  await ada.trpc.documents.applyChanges.mutate({ text: exported.text });
  const { imageUrl: again } = await bob.trpc.models.get.query({ id: "pictured" });

  const bytes = Buffer.from(pixel.split(",")[1] ?? "", "base64");
  expect(Buffer.from(await shown.arrayBuffer())).toStrictEqual(bytes);
  expect(hidden.status).toBe(404);
  expect(Buffer.from(await (await picture(bob, again ?? "")).arrayBuffer())).toStrictEqual(bytes);
});

test("15. an alias spreads calls by weight over what its caller may call", async () => {
  const { ada, bob, server } = world;
  await ada.trpc.models.create.mutate({ id: "secret", name: "Secret", baseModelId: "llama3.2" });
  await ada.trpc.aliases.create.mutate({
    id: "assistant",
    targets: [
      { id: "llama3.2", weight: 1 },
      { id: "qwen3:8b", weight: 1 },
      { id: "secret", weight: 10_000 },
    ],
  });

  const answers = new Set<string>();
  // that one of two comes 40 times in a row happens once in a million million
  for (let call = 0; call < 40 && answers.size < 2; call += 1) answers.add(await world.ask("assistant"));
  await ada.trpc.models.update.mutate({ id: "qwen3:8b", access: { kind: "private" } });
  const after = new Set<string>();
  for (let call = 0; call < 6; call += 1) after.add(await world.ask("assistant"));

  expect([...answers].toSorted()).toStrictEqual(["Lab llama3.2:latest", "Lab qwen3:8b"]);
  expect([...after]).toStrictEqual(["Lab llama3.2:latest"]);
  expect(await listV1(server, bob.token)).toStrictEqual(["llama3.2:latest", "assistant"]);
});
