import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { sharedWith, startRecordsWorld, type RecordsWorld } from "../support/records-world.ts";

let world: RecordsWorld;
beforeAll(async () => {
  world = await startRecordsWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

type Source = { readonly kind: string; readonly id?: string; readonly name?: string };
const nameOf = (source: Source) => source.id ?? source.name ?? source.kind;

describe("models.preview", () => {
  test("shows what the gateway then sends, with who set each value and what was changed on the way", async () => {
    const { ada, bob, ollama, server } = world;
    await ada.trpc.models.create.mutate({
      id: "lower",
      name: "Lower",
      baseModelId: "qwen3:8b",
      params: { temperature: 0.9, seed: 4, num_ctx: 2_048 },
      paramModes: { seed: "fixed", num_ctx: "max" },
      access: sharedWith({ write: [bob.id] }),
    });
    await bob.trpc.models.create.mutate({
      id: "upper",
      name: "Upper",
      baseModelId: "lower",
      params: {
        system: "Be brief.",
        temperature: 0.2,
        num_ctx: 4_096,
        logit_bias: { "1": 1 },
        custom_params: { repetition_penalty: 1.1 },
      },
    });

    const preview = await ada.trpc.models.preview.query({ id: "upper", params: { seed: 9, max_tokens: 5 } });
    const sent = ollama.journal.next(({ path }) => path === "/api/chat");
    await fetch(`${server.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${ada.token}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: "upper",
        messages: [{ role: "user", content: "Hello" }],
        seed: 9,
        max_tokens: 5,
      }),
    }).then((answer) => answer.text());

    const [place, ...others] = preview.candidates;
    expect(preview.refusal).toBeNull();
    expect(others).toStrictEqual([]);
    expect(place).toMatchObject({ provider: "ollama", isUsable: true, connection: { name: "Lab" } });
    expect(place).toMatchObject({ url: `${ollama.url}/api/chat`, withheld: 0 });
    expect(place?.body).toStrictEqual((await sent).body);
    expect(
      place?.params.map(({ name, value, mode, source }) => [name, value, mode, nameOf(source)]),
    ).toStrictEqual([
      ["custom_params.repetition_penalty", 1.1, "default", "upper"],
      ["logit_bias", { "1": 1 }, "default", "upper"],
      ["max_tokens", 5, "default", "request"],
      ["num_ctx", 2_048, "max", "lower"],
      ["seed", 4, "fixed", "lower"],
      ["system", "Be brief.", "default", "upper"],
      ["temperature", 0.2, "default", "upper"],
      ["top_k", 7, "default", "Lab"],
    ]);
    expect(place?.notes.map(({ param, action }) => [param, action])).toStrictEqual(
      expect.arrayContaining([
        ["seed", "dropped"],
        ["logit_bias", "dropped"],
        ["max_tokens", "renamed"],
      ]),
    );
  });

  test("withholds what levels set that the caller may not write, and says where one of theirs is overruled", async () => {
    const { ada, bob } = world;
    await ada.trpc.models.create.mutate({
      id: "closed",
      name: "Closed",
      baseModelId: "llama3.2",
      params: { temperature: 0.4321, min_p: 0.05, system: "swordfish", custom_params: { num_secret: 1 } },
      paramModes: { temperature: "fixed" },
      access: sharedWith({ read: [bob.id] }),
    });
    await bob.trpc.models.create.mutate({
      id: "over-closed",
      name: "Over",
      baseModelId: "closed",
      params: { temperature: 1, seed: 3 },
    });

    const preview = await bob.trpc.models.preview.query({ id: "over-closed" });

    expect(JSON.stringify(preview)).not.toMatch(/4321|swordfish|num_secret|min_p|top_k|Lab/u);
    expect(preview).toMatchObject({
      refusal: null,
      candidates: [
        {
          connection: null,
          url: null,
          // prompt, min_p and a custom one of the base, and what the connection sets
          withheld: 4,
          params: [
            { name: "seed", value: 3, source: { kind: "record", id: "over-closed" } },
            { name: "temperature", value: null, mode: "fixed", source: { kind: "withheld" } },
          ],
          body: { model: "over-closed", options: { seed: 3 }, messages: [{ role: "user" }] },
        },
      ],
    });
  });

  test("says why a call would be refused, and is for those who may write", async () => {
    const { ada, bob, eve } = world;
    await bob.trpc.models.create.mutate({
      id: "off",
      name: "Off",
      baseModelId: "qwen3:8b",
      isActive: false,
      access: sharedWith({ read: [eve.id] }),
    });

    const off = await bob.trpc.models.preview.query({ id: "off" });
    const reader = await failureOf(eve.trpc.models.preview.query({ id: "off" }));
    const stranger = await failureOf(eve.trpc.models.preview.query({ id: "nowhere" }));
    const invalid = await failureOf(
      ada.trpc.models.preview.query({ id: "off", params: { temperature: -1 } }),
    );

    expect(off).toMatchObject({ refusal: { code: "model_inactive" }, candidates: [{ isUsable: true }] });
    expect([reader.errorCode, stranger.errorCode]).toStrictEqual(["access_denied", "model_not_found"]);
    expect(invalid).toMatchObject({ errorCode: "invalid_input", issues: ["params.temperature"] });
  });
});

describe("models.previewBase", () => {
  test("shows what is sent differently over another provider's model, and changes nothing", async () => {
    const { ada } = world;
    await ada.trpc.models.create.mutate({
      id: "moving",
      name: "Moving",
      baseModelId: "qwen3:8b",
      params: { max_tokens: 50, num_ctx: 4_096 },
    });

    const preview = await ada.trpc.models.previewBase.query({ id: "moving", baseModelId: "gpt-4o" });
    const after = await ada.trpc.models.get.query({ id: "moving" });
    await ada.trpc.models.update.mutate({ id: "moving", revision: 1, baseModelId: "gpt-4o" });
    const then = await ada.trpc.models.preview.query({ id: "moving" });

    expect(preview.before.candidates).toMatchObject([{ provider: "ollama", connection: { name: "Lab" } }]);
    expect(preview.after).toStrictEqual(then);
    expect(preview.after.candidates).toMatchObject([{ provider: "openai", connection: { name: "Cloud" } }]);
    expect(preview.differences).toContainEqual({ path: ["model"], before: "qwen3:8b", after: "gpt-4o" });
    expect(preview.differences.map(({ path }) => path.join("."))).toStrictEqual(
      expect.arrayContaining(["num_ctx", "options", "max_tokens"]),
    );
    expect(after).toMatchObject({ revision: 1, baseModelId: "qwen3:8b" });
  });

  test("is refused as the update would be", async () => {
    const { ada, bob, eve } = world;
    await bob.trpc.models.create.mutate({
      id: "staying",
      name: "Staying",
      baseModelId: "qwen3:8b",
      access: sharedWith({ read: [eve.id] }),
    });
    const to = (baseModelId: string) => ({ id: "staying", baseModelId });

    const failures = [
      await failureOf(bob.trpc.models.previewBase.query(to("no-such"))),
      await failureOf(bob.trpc.models.previewBase.query(to("staying"))),
      await failureOf(eve.trpc.models.previewBase.query(to("llama3.2"))),
      await failureOf(ada.trpc.models.previewBase.query({ id: "qwen3:8b", baseModelId: "llama3.2" })),
      await failureOf(bob.trpc.models.previewBase.query(to(""))),
    ];

    expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual([
      "base_model_not_found",
      "base_cycle",
      "access_denied",
      "kind_is_fixed",
      "invalid_input",
    ]);
  });
});
