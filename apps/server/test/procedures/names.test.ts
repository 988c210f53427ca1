import { startSimulatedOpenAI } from "@corral/simulated-providers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { startNamesWorld, type NamesWorld } from "../support/names-world.ts";

let world: NamesWorld;
beforeEach(async () => {
  world = await startNamesWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const uidOf = async (id: string) => (await world.ada.trpc.models.get.query({ id })).uid;
const nothing = "00000000-0000-4000-8000-000000000000";

describe("a change of prefix", () => {
  test("connections.previewPrefix lists the renames and writes nothing; connections.update does them and leaves the old names as aliases", async () => {
    const { ada, bob } = world;
    const lab = await world.connectOllama("Lab", { models: ["llama3.2:latest", "qwen3:8b"] });
    await ada.trpc.models.update.mutate({ id: "qwen3:8b", name: "Qwen", params: { temperature: 0.1 } });
    await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "qwen3:8b" });
    const uid = await uidOf("qwen3:8b");

    const { renames } = await ada.trpc.connections.previewPrefix.query({ uid: lab.uid, prefix: "gpu" });
    const before = await ada.trpc.models.get.query({ id: "qwen3:8b" });
    await ada.trpc.connections.update.mutate({ uid: lab.uid, revision: 1, prefix: "gpu" });
    await world.refresh(lab);
    const after = await ada.trpc.models.get.query({ id: "gpu.qwen3:8b" });

    expect(renames.map(({ from, to, outcome }) => [from, to, outcome])).toStrictEqual([
      ["llama3.2:latest", "gpu.llama3.2:latest", "renamed"],
      ["qwen3:8b", "gpu.qwen3:8b", "renamed"],
    ]);
    expect(before.uid).toBe(uid);
    expect(after).toMatchObject({ uid, id: "gpu.qwen3:8b", name: "Qwen" });
    expect(after.definition?.params).toStrictEqual({ temperature: 0.1 });
    expect((await bob.trpc.models.get.query({ id: "bobs" })).baseModelId).toBe("gpu.qwen3:8b");
    expect(
      await Promise.all(["gpu.llama3.2", "llama3.2", "LLAMA3.2:latest", "qwen3:8b"].map(world.ask)),
    ).toEqual(["Lab llama3.2:latest", "Lab llama3.2:latest", "Lab llama3.2:latest", "Lab qwen3:8b"]);
    const { aliases } = await ada.trpc.aliases.list.query();
    expect(aliases.map(({ id, definition }) => [id, definition?.targets[0]?.id])).toStrictEqual([
      ["llama3.2:latest", "gpu.llama3.2:latest"],
      ["qwen3:8b", "gpu.qwen3:8b"],
    ]);
  });

  test("and back again gives the models their old names back, not aliases of aliases", async () => {
    const { ada } = world;
    const lab = await world.connectOllama("Lab", { models: ["qwen3:8b"] });
    await ada.trpc.connections.update.mutate({ uid: lab.uid, revision: 1, prefix: "one" });
    await ada.trpc.connections.update.mutate({ uid: lab.uid, revision: 2, prefix: "two" });

    await ada.trpc.connections.update.mutate({ uid: lab.uid, revision: 3, prefix: null });
    await world.refresh(lab);

    expect(await Promise.all(["qwen3:8b", "one.qwen3:8b", "two.qwen3:8b"].map(world.ask))).toEqual(
      Array.from({ length: 3 }, () => "Lab qwen3:8b"),
    );
    const { aliases } = await ada.trpc.aliases.list.query();
    expect(aliases.map(({ id }) => id)).toStrictEqual(["one.qwen3:8b", "two.qwen3:8b"]);
    expect((await ada.trpc.models.list.query({})).rows.map(({ id }) => id)).toStrictEqual(["qwen3:8b"]);
  });

  test("tells what is in the way: a name that is taken, a model that others serve too", async () => {
    const { ada, bob } = world;
    const lab = await world.connectOllama("Lab", { models: ["shared:1b", "own:1b"] });
    await world.connectOllama("Field", { models: ["shared:1b"] });
    await bob.trpc.models.create.mutate({ id: "gpu.own:1b", name: "In the way", baseModelId: "own:1b" });

    const { renames } = await ada.trpc.connections.previewPrefix.query({ uid: lab.uid, prefix: "gpu" });
    await ada.trpc.connections.update.mutate({ uid: lab.uid, revision: 1, prefix: "gpu" });

    expect(renames).toMatchObject([
      { from: "own:1b", to: "gpu.own:1b", outcome: "shadowed", takenBy: "gpu.own:1b" },
      { from: "shared:1b", to: "gpu.shared:1b", outcome: "split", takenBy: null },
    ]);
    expect(
      await Promise.all(["own:1b", "lab/gpu.own:1b", "gpu.shared:1b", "shared:1b"].map(world.ask)),
    ).toEqual(["Lab own:1b", "Lab own:1b", "Lab shared:1b", "Field shared:1b"]);
  });

  test("joins the models of other servers where they have the name, with all that stood on them", async () => {
    const { ada, bob } = world;
    const lab = await world.connectOllama("Lab", { models: ["qwen3:8b"] });
    await ada.trpc.connections.update.mutate({ uid: lab.uid, revision: 1, prefix: "gpu" });
    const field = await world.connectOllama("Field", { models: [] });
    await ada.trpc.aliases.delete.mutate({ id: "qwen3:8b" });
    field.ollama.addModel("qwen3:8b");
    await world.refresh(field);
    await ada.trpc.models.update.mutate({ id: "gpu.qwen3:8b", name: "With settings" });
    await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "gpu.qwen3:8b" });

    const { renames } = await ada.trpc.connections.previewPrefix.query({ uid: lab.uid, prefix: null });
    await ada.trpc.connections.update.mutate({ uid: lab.uid, revision: 2, prefix: null });

    expect(renames).toMatchObject([{ from: "gpu.qwen3:8b", to: "qwen3:8b", outcome: "joined" }]);
    expect((await ada.trpc.models.list.query({ kind: "base" })).rows).toMatchObject([
      { id: "qwen3:8b", name: "With settings", connections: [{ name: "Lab" }, { name: "Field" }] },
    ]);
    expect((await bob.trpc.models.get.query({ id: "bobs" })).baseModelId).toBe("qwen3:8b");
    expect((await bob.trpc.aliases.get.query({ id: "gpu.qwen3:8b" })).callable).toBe(true);
  });

  test("is refused where another connection has the prefix, to members, and for what is no prefix", async () => {
    const { ada, bob } = world;
    const lab = await world.connectOllama("Lab", { models: ["a:1"] });
    const field = await world.connectOllama("Field", { models: ["b:1"] });
    await ada.trpc.connections.update.mutate({ uid: field.uid, revision: 1, prefix: "gpu" });
    const preview = (person: typeof ada, input: { uid?: string; prefix: string | null }) =>
      failureOf(person.trpc.connections.previewPrefix.query({ uid: lab.uid, ...input }));

    const codes = [
      await preview(ada, { prefix: "GPU" }),
      await failureOf(ada.trpc.connections.update.mutate({ uid: lab.uid, revision: 1, prefix: "GPU" })),
      await preview(bob, { prefix: "mine" }),
      await preview(ada, { prefix: "with space" }),
      await preview(ada, { uid: nothing, prefix: "x" }),
    ].map(({ errorCode }) => errorCode);

    expect(codes).toStrictEqual([
      "name_taken",
      "name_taken",
      "access_denied",
      "invalid_input",
      "connection_not_found",
    ]);
  });
});

describe("a name that two want", () => {
  async function startRivals() {
    const openai = await startSimulatedOpenAI({ models: ["assistant"], reply: () => "OpenAI" });
    const { uid } = await world.ada.trpc.connections.create.mutate({
      provider: "openai",
      name: "Cloud",
      url: openai.baseUrl,
      defaultVisibility: { kind: "public" },
    });
    await world.ada.trpc.connections.refresh.mutate({ uid });
    const lab = await world.connectOllama("Lab", { models: ["assistant:latest"] });
    return { lab, cloud: { uid }, openai, [Symbol.asyncDispose]: () => openai.stop() };
  }

  test("names.list tells who has it and who waits for it; names.move gives it away", async () => {
    await using _ = await startRivals();
    const { ada } = world;

    const { rows } = await ada.trpc.names.list.query({});
    const [cloud, lab] = [
      rows.find(({ state }) => state === "owned"),
      rows.find(({ state }) => state === "shadowed"),
    ];
    const before = [await world.ask("assistant"), await world.ask("lab/assistant")];
    await ada.trpc.names.move.mutate({
      name: "assistant",
      from: cloud?.model.uid ?? "",
      to: lab?.model.uid ?? "",
    });
    const after = [await world.ask("assistant"), await world.ask("cloud/assistant")];
    const again = await failureOf(
      ada.trpc.names.move.mutate({
        name: "assistant",
        from: cloud?.model.uid ?? "",
        to: lab?.model.uid ?? "",
      }),
    );

    expect(cloud).toMatchObject({ name: "assistant", owner: null, connections: [{ name: "Cloud" }] });
    expect(lab).toMatchObject({
      name: "assistant:latest",
      model: { kind: "base", id: "lab/assistant:latest" },
      owner: { kind: "base", id: "assistant", uid: cloud?.model.uid },
    });
    expect(before).toEqual(["OpenAI", "Lab assistant:latest"]);
    expect(after).toEqual(["Lab assistant:latest", "OpenAI"]);
    expect(again.errorCode).toBe("revision_conflict");
  });

  test("does not move by itself: it stays reserved while its model is gone, until it is forgotten", async () => {
    await using rivals = await startRivals();
    const { ada } = world;
    const owner = await uidOf("assistant");
    await ada.trpc.models.update.mutate({ id: "assistant", name: "Kept" });
    await ada.trpc.connections.delete.mutate({ uid: rivals.cloud.uid });
    await world.refresh(rivals.lab);

    const reserved = await ada.trpc.names.list.query({ state: ["reserved"], query: "ASSIST" });
    const calling = await failureOf(world.ask("assistant"));
    await ada.trpc.names.forget.mutate({ name: "assistant", owner });
    const after = await world.ask("assistant");
    const again = await failureOf(ada.trpc.names.forget.mutate({ name: "assistant", owner }));

    expect(reserved).toMatchObject({ total: 1, rows: [{ name: "assistant", model: { uid: owner } }] });
    expect(calling.errorCode).toBe("model_not_found");
    expect(after).toBe("Lab assistant:latest");
    expect(again.errorCode).toBe("revision_conflict");
    // its settings are still there for an administrator, under an address that nobody else can have
    expect(await ada.trpc.models.get.query({ id: `${owner}/assistant` })).toMatchObject({
      uid: owner,
      name: "Kept",
      status: "shadowed",
    });
  });

  test("is shared by an alias over both", async () => {
    await using rivals = await startRivals();
    const { ada } = world;

    await ada.trpc.aliases.create.mutate({
      id: "assistant",
      targets: [
        { id: "assistant", weight: 1 },
        { id: "lab/assistant", weight: 0 },
      ],
      takeName: true,
    });
    const first = await world.ask("assistant");
    await rivals.openai.stop();
    const second = await world.ask("assistant");

    expect([first, second]).toEqual(["OpenAI", "Lab assistant:latest"]);
  });

  test("names.move and names.forget refuse what would take a name from its model, and members", async () => {
    await using _ = await startRivals();
    const { ada, bob } = world;
    const [cloud, lab] = [await uidOf("assistant"), await uidOf("lab/assistant")];
    const { uid: bobs } = await bob.trpc.models.create.mutate({
      id: "bobs",
      name: "Bob's",
      baseModelId: "assistant",
    });
    const { move, forget } = ada.trpc.names;

    const failures = await Promise.all([
      failureOf(forget.mutate({ name: "assistant", owner: cloud })),
      failureOf(forget.mutate({ name: "bobs", owner: bobs })),
      failureOf(move.mutate({ name: "bobs", from: bobs, to: lab })),
      failureOf(move.mutate({ name: "assistant", from: cloud, to: nothing })),
      failureOf(move.mutate({ name: "assistant", from: "no uid", to: lab })),
      failureOf(bob.trpc.names.list.query({})),
      failureOf(bob.trpc.names.move.mutate({ name: "assistant", from: cloud, to: lab })),
      failureOf(bob.trpc.names.forget.mutate({ name: "assistant", owner: cloud })),
      failureOf(ada.trpc.names.list.query({ limit: 0 })),
    ]);

    expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual([
      "name_in_use",
      "name_in_use",
      "name_in_use",
      "invalid_input",
      "invalid_input",
      "access_denied",
      "access_denied",
      "access_denied",
      "invalid_input",
    ]);
  });
});
