import { paramNames } from "@corral/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { clientFor } from "../support/people.ts";
import { sharedWith, startRecordsWorld, type RecordsWorld } from "../support/records-world.ts";

let world: RecordsWorld;
beforeAll(async () => {
  world = await startRecordsWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

describe("models.get", () => {
  test("shows each param that counts with who sets it and how firmly, to those who may write", async () => {
    const { ada, bob, eve } = world;
    await ada.trpc.models.create.mutate({
      id: "under",
      name: "Under",
      baseModelId: "qwen3:8b",
      params: { temperature: 0.4321, max_tokens: 100, min_p: 0.25 },
      paramModes: { max_tokens: "max" },
      access: sharedWith({ read: [bob.id] }),
    });
    await bob.trpc.models.create.mutate({
      id: "above",
      name: "Above",
      baseModelId: "under",
      params: { temperature: 1, max_tokens: 500 },
      access: sharedWith({ read: [eve.id] }),
    });

    const adas = await ada.trpc.models.get.query({ id: "above" });
    const bobs = await bob.trpc.models.get.query({ id: "above" });
    const eves = await eve.trpc.models.get.query({ id: "above" });

    const from = (id: string) => ({ kind: "record", id });
    expect(adas.resolved).toMatchObject({
      withheld: 0,
      params: [
        { name: "max_tokens", value: 100, mode: "max", source: from("under"), atMost: 100 },
        { name: "min_p", value: 0.25, mode: "default", source: from("under") },
        { name: "temperature", value: 1, mode: "default", source: from("above") },
        { name: "top_k", value: 7, source: { kind: "connection", name: "Lab" } },
      ],
    });
    expect(bobs.resolved).toMatchObject({
      withheld: 2,
      params: [
        { name: "max_tokens", value: null, source: { kind: "withheld" }, atMost: null },
        { name: "temperature", value: 1 },
      ],
    });
    expect(eves.resolved).toMatchObject({ params: null, withheld: 0 });
    expect(JSON.stringify(eves)).not.toContain("4321");
  });
});

describe("models.params", () => {
  test("lists every param with type, range, group, and what becomes of it at each kind of provider", async () => {
    const { params } = await world.bob.trpc.models.params.query();

    const byName = new Map(params.map((param) => [param.name, param]));
    expect([...byName.keys()]).toStrictEqual([...paramNames]);
    expect(byName.get("temperature")).toMatchObject({
      group: "sampling",
      types: ["number"],
      minimum: 0,
      maximum: 2,
      isCappable: true,
      providers: [
        { provider: "ollama", becomes: "`options.temperature`" },
        { provider: "openai", becomes: "temperature" },
        { provider: "azure-openai" },
      ],
    });
    expect(byName.get("max_tokens")).toMatchObject({
      minimum: 1,
      maximum: null,
      aliases: ["max_completion_tokens", "max_output_tokens", "num_predict"],
    });
    expect(byName.get("seed")).toMatchObject({ types: ["integer", "string"], minimum: null });
    expect(byName.get("reasoning_effort")?.values).toContain("high");
    expect(params.every(({ providers }) => providers.length === 3)).toBe(true);
  });

  test("is for members", async () => {
    const failure = await failureOf(clientFor(world.server.url).models.params.query());

    expect(failure.errorCode).toBe("unauthenticated");
  });
});
