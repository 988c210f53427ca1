import { startSimulatedOpenAI } from "@corral/simulated-providers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { pixel } from "../support/records-world.ts";
import { startNamesWorld, type Connected, type NamesWorld } from "../support/names-world.ts";

let world: NamesWorld;
let lab: Connected;
beforeAll(async () => {
  world = await startNamesWorld();
  lab = await world.connectOllama("Lab", {
    models: ["llama3:latest", "llama3:8b", "llama3.2:1b", "hf.co/team/llama3:q4"],
    reply: ({ options, system }) => JSON.stringify({ options, system }),
  });
});
afterAll(() => world[Symbol.asyncDispose]());

const seen = async (model: string) =>
  JSON.parse(await world.ask(model)) as { options: Record<string, unknown>; system: string[] };

test("baseNames.save gives params, tags and capabilities to every tag, and the settings of one tag win", async () => {
  const { ada, bob } = world;
  await ada.trpc.models.update.mutate({
    id: "llama3:8b",
    params: { temperature: 0.9 },
    meta: { tags: ["mine"], capabilities: { vision: true } },
  });

  const saved = await ada.trpc.baseNames.save.mutate({
    name: "Llama3",
    params: { temperature: 0.1, num_ctx: 4096, system: "Be a llama." },
    meta: { tags: ["family"], capabilities: { vision: false, tools: false } },
  });
  const get = (id: string) => bob.trpc.models.get.query({ id });
  const [latest, tagged, other] = [await get("llama3"), await get("llama3:8b"), await get("llama3.2:1b")];

  expect(saved).toMatchObject({ name: "Llama3", revision: 1 });
  expect(saved.models.map(({ id }) => id)).toStrictEqual(["llama3:8b", "llama3:latest"]);
  expect(latest).toMatchObject({
    id: "llama3:latest",
    name: "llama3:latest",
    tags: ["family"],
    revision: null,
    capabilities: {
      vision: { value: false, source: "declared" },
      tools: { value: false, source: "declared" },
    },
  });
  expect(tagged).toMatchObject({
    tags: ["mine"],
    capabilities: { vision: { value: true }, tools: { value: false } },
  });
  expect(other.tags).toStrictEqual([]);
  expect(await seen("llama3")).toMatchObject({
    options: { temperature: 0.1, num_ctx: 4096 },
    system: ["Be a llama."],
  });
  expect(await seen("llama3:8b")).toMatchObject({ options: { temperature: 0.9, num_ctx: 4096 } });
  expect((await seen("hf.co/team/llama3:q4")).options).not.toHaveProperty("num_ctx");
  expect((await bob.trpc.models.list.query({ tags: ["FAMILY"] })).rows.map(({ id }) => id)).toStrictEqual([
    "llama3:latest",
  ]);
});

test("its picture is that of every tag, at the tag's own address, unless the tag has one", async () => {
  const { ada, bob, server } = world;
  await ada.trpc.models.update.mutate({
    id: "hf.co/team/llama3:q4",
    meta: { profile_image_url: "https://pictures.example.com/own.png" },
  });
  const imageOf = async (id: string) => (await bob.trpc.models.get.query({ id })).imageUrl;
  const load = (url: string | null) =>
    fetch(`${server.url}${url ?? ""}`, { headers: { authorization: `Bearer ${bob.token}` } });
  const before = await imageOf("llama3.2:1b");

  await ada.trpc.baseNames.save.mutate({ name: "llama3.2", meta: { profile_image_url: pixel } });
  await ada.trpc.baseNames.save.mutate({ name: "hf.co/team/llama3", meta: { profile_image_url: pixel } });
  const url = await imageOf("llama3.2:1b");
  const [shown, row] = [await load(url), await bob.trpc.models.list.query({ query: "llama3.2" })];
  const external = await imageOf("hf.co/team/llama3:q4");
  const bytes = Buffer.from(await shown.arrayBuffer());
  await ada.trpc.baseNames.delete.mutate({ name: "llama3.2" });

  expect([before, external, await imageOf("llama3.2:1b")]).toStrictEqual([null, null, null]);
  expect(row.rows.map(({ imageUrl }) => imageUrl)).toStrictEqual([url]);
  expect([shown.headers.get("content-type"), bytes.toString("base64")]).toStrictEqual([
    "image/png",
    pixel.split(",")[1],
  ]);
});

test("it is about models that come later too, and about those of a custom model's chain", async () => {
  const { ada, bob } = world;
  await ada.trpc.baseNames.save.mutate({ name: "later", params: { num_ctx: 1234 } });
  lab.ollama.addModel("later:3b");
  await world.refresh(lab);
  await bob.trpc.models.create.mutate({ id: "on-later", name: "On later", baseModelId: "later:3b" });

  const before = await seen("on-later");
  await ada.trpc.baseNames.save.mutate({ name: "later", revision: 1, params: { num_ctx: 4321 } });
  const changed = await seen("on-later");
  await ada.trpc.baseNames.delete.mutate({ name: "LATER" });
  const after = await seen("on-later");

  expect([before, changed, after].map(({ options }) => options["num_ctx"])).toEqual([1234, 4321, undefined]);
});

test("it is of Ollama's grammar alone, and opens nothing to anybody", async () => {
  const { ada, bob } = world;
  await using openai = await startSimulatedOpenAI({ models: ["llama3:70b"] });
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "openai",
    name: "Cloud",
    url: openai.baseUrl,
  });
  await ada.trpc.connections.refresh.mutate({ uid });

  const { baseNames } = await ada.trpc.baseNames.list.query();

  const family = baseNames.find(({ name }) => name === "Llama3");
  expect(family?.models.map(({ id }) => id)).not.toContain("llama3:70b");
  expect((await failureOf(bob.trpc.models.get.query({ id: "llama3:70b" }))).errorCode).toBe(
    "model_not_found",
  );
});

test("baseNames.list, baseNames.save and baseNames.delete refuse members, bad input and stale revisions", async () => {
  const { ada, bob } = world;
  await ada.trpc.baseNames.save.mutate({ name: "guarded" });

  const failures = [
    await failureOf(bob.trpc.baseNames.list.query()),
    await failureOf(bob.trpc.baseNames.save.mutate({ name: "guarded", revision: 1 })),
    await failureOf(bob.trpc.baseNames.delete.mutate({ name: "guarded" })),
    await failureOf(ada.trpc.baseNames.save.mutate({ name: "guarded:8b" })),
    await failureOf(ada.trpc.baseNames.save.mutate({ name: "g", params: { temperature: 9 } })),
    await failureOf(ada.trpc.baseNames.save.mutate({ name: "GUARDED" })),
    await failureOf(ada.trpc.baseNames.save.mutate({ name: "guarded", revision: 7 })),
    await failureOf(ada.trpc.baseNames.save.mutate({ name: "nothing", revision: 1 })),
    await failureOf(ada.trpc.baseNames.delete.mutate({ name: "nothing" })),
    await failureOf(ada.trpc.baseNames.delete.mutate({ name: "a:b" })),
  ];

  expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual([
    "access_denied",
    "access_denied",
    "access_denied",
    "invalid_input",
    "invalid_input",
    "name_taken",
    "revision_conflict",
    "base_name_not_found",
    "base_name_not_found",
    "invalid_input",
  ]);
});
