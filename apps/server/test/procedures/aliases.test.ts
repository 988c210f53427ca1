import { connect } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { addMember, signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let ollama: SimulatedOllama;
let server: TestServer;
let ada: Person;
let bob: Person;
let bobsKey: string;

beforeAll(async () => {
  ollama = await startSimulatedOllama({
    models: ["open:1b", "closed:1b", "third:1b"],
    reply: ({ model }) => `I am ${model}`,
  });
  server = await startTestServer();
  ada = await signUpAdministrator(server);
  bob = await addMember(server, ada, "Bob");
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  await ada.trpc.models.update.mutate({ id: "open:1b", access: { kind: "public" } });
  bobsKey = (await bob.trpc.keys.replaceDefault.mutate()).key;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.stop();
});

async function asBob(path: string, body?: object) {
  const response = await fetch(`${server.url}/v1/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${bobsKey}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

const say = (model: string, stream = false) =>
  asBob("chat/completions", { model, stream, messages: [{ role: "user", content: "Who?" }] });
const listed = async () =>
  (JSON.parse((await asBob("models")).text) as { data: { id: string }[] }).data.map(({ id }) => id);
const ask = { messages: [{ role: "user" as const, content: "Who?" }] };

describe("an alias", () => {
  test("aliases.create gives a name to models, and only those that a caller may call answer", async () => {
    const made = await ada.trpc.aliases.create.mutate({
      id: "Assistant",
      description: "What everybody uses",
      targets: [{ id: "closed:1b", weight: 99 }, { id: "open:1b" }],
    });

    const adas = await ada.trpc.aliases.list.query();
    const bobs = await bob.trpc.aliases.get.query({ id: "assistant" });
    const answers = await Promise.all(Array.from({ length: 12 }, async () => say("assistant")));

    expect(made).toMatchObject({
      id: "Assistant",
      callable: true,
      definition: {
        revision: 1,
        targets: [
          { id: "closed:1b", weight: 99, callable: true },
          { id: "open:1b", weight: 1, callable: true },
        ],
      },
    });
    expect(adas.aliases).toContainEqual(made);
    expect(bobs).toStrictEqual({ ...made, definition: null });
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({
        model: "assistant",
        choices: [{ message: { content: "I am open:1b" } }],
      });
    }
    expect(await listed()).toStrictEqual(["open:1b", "Assistant"]);
    expect(JSON.parse((await asBob("models/ASSISTANT")).text)).toMatchObject({
      id: "Assistant",
      object: "model",
      owned_by: "corral",
    });
  });

  test("answers on every way to a model: stream, embeddings, and the typed interface", async () => {
    await ada.trpc.aliases.create.mutate({ id: "everywhere", targets: [{ id: "open:1b" }] });

    const streamed = await say("everywhere", true);
    const vectors = await asBob("embeddings", { model: "everywhere", input: "hello" });
    const typed = await bob.trpc.chat.complete.mutate({ model: "everywhere", ...ask });

    expect(streamed.text).toContain('"model":"everywhere"');
    expect(streamed.text).not.toContain('"model":"open:1b"');
    expect(JSON.parse(vectors.text)).toMatchObject({ model: "everywhere", object: "list" });
    expect(typed).toMatchObject({ model: "everywhere" });
  });

  test("of nothing that the caller may call does not exist for them, and an administrator still sees it", async () => {
    const made = await ada.trpc.aliases.create.mutate({ id: "inner", targets: [{ id: "closed:1b" }] });

    const getting = await failureOf(bob.trpc.aliases.get.query({ id: "inner" }));
    const missing = await failureOf(bob.trpc.aliases.get.query({ id: "nothing" }));
    const { aliases } = await bob.trpc.aliases.list.query();
    const calling = await say("inner");
    const callingNothing = await say("nothing");

    expect(getting).toMatchObject({ errorCode: "model_not_found", httpStatus: 404 });
    expect(getting.message.replaceAll("inner", "nothing")).toBe(missing.message);
    expect(aliases.map(({ id }) => id)).not.toContain("inner");
    expect(calling.status).toBe(404);
    expect(calling.text.replaceAll("inner", "nothing")).toBe(callingNothing.text);
    expect((await asBob("models/inner")).status).toBe(404);
    expect(await ada.trpc.aliases.get.query({ id: "inner" })).toStrictEqual(made);
  });

  test("is asked again at every call: what a target's readers lose, they lose here too", async () => {
    await ada.trpc.models.create.mutate({
      id: "shared",
      name: "Shared",
      baseModelId: "third:1b",
      access: { kind: "public" },
    });
    await ada.trpc.aliases.create.mutate({ id: "through", targets: [{ id: "shared" }] });
    const before = await say("through");

    await ada.trpc.models.update.mutate({ id: "shared", revision: 1, access: { kind: "private" } });
    const after = await say("through");
    await ada.trpc.models.update.mutate({
      id: "shared",
      revision: 2,
      access: { kind: "public" },
      isActive: false,
    });
    const inactive = await say("through");

    expect([before.status, after.status, inactive.status]).toStrictEqual([200, 404, 403]);
    expect(inactive.text).toContain("model_inactive");
    expect(await listed()).not.toContain("through");
  });

  test("without weight a target is there for when the others fail", async () => {
    await ada.trpc.models.update.mutate({ id: "third:1b", access: { kind: "public" } });
    await ada.trpc.aliases.create.mutate({
      id: "with-spare",
      targets: [
        { id: "third:1b", weight: 0 },
        { id: "open:1b", weight: 1 },
      ],
    });

    const usual = await say("with-spare");
    ollama.faults.set({
      path: "/api/chat",
      times: 1,
      fault: { kind: "status", code: 404, body: { error: "model 'open:1b' not found" } },
    });
    const spare = await say("with-spare");

    expect(usual.text).toContain("I am open:1b");
    expect(spare.text).toContain("I am third:1b");
    expect(JSON.parse(spare.text)).toMatchObject({ model: "with-spare" });
  });

  test("of one model is another name for it as a base, stored as the model itself; of several it is none", async () => {
    await ada.trpc.aliases.create.mutate({ id: "one", targets: [{ id: "open:1b" }] });
    await ada.trpc.aliases.create.mutate({ id: "two", targets: [{ id: "open:1b" }, { id: "third:1b" }] });

    const made = await bob.trpc.models.create.mutate({ id: "on-one", name: "On one", baseModelId: "one" });
    const refused = await failureOf(
      bob.trpc.models.create.mutate({ id: "on-two", name: "On two", baseModelId: "two" }),
    );
    await ada.trpc.aliases.delete.mutate({ id: "one" });

    expect(made.baseModelId).toBe("open:1b");
    expect(refused.errorCode).toBe("base_model_not_found");
    expect((await say("on-one")).text).toContain("I am open:1b");
  });

  test("keeps a model from being deleted unnoticed, and outlives one that was", async () => {
    await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "open:1b" });
    await ada.trpc.aliases.create.mutate({ id: "of-bobs", targets: [{ id: "bobs" }, { id: "open:1b" }] });

    const unnoticed = await failureOf(bob.trpc.models.delete.mutate({ id: "bobs" }));
    const forced = await failureOf(bob.trpc.models.delete.mutate({ id: "bobs", force: true }));
    await ada.trpc.models.delete.mutate({ id: "bobs", force: true });
    const left = await ada.trpc.aliases.get.query({ id: "of-bobs" });

    expect(unnoticed).toMatchObject({
      errorCode: "dependants_exist",
      message: expect.stringContaining("of-bobs") as unknown,
    });
    expect(forced.errorCode).toBe("access_denied");
    expect(left).toMatchObject({
      callable: true,
      definition: { targets: [{ uid: null, id: "bobs", callable: false }, { id: "open:1b" }] },
    });
  });

  test("[vector 37] takes the name of its targets where it shall, and gives it back", async () => {
    const clash = await failureOf(
      ada.trpc.aliases.create.mutate({ id: "open:1b", targets: [{ id: "open:1b" }, { id: "third:1b" }] }),
    );
    const foreign = await failureOf(
      ada.trpc.aliases.create.mutate({ id: "open:1b", targets: [{ id: "third:1b" }], takeName: true }),
    );
    await ada.trpc.aliases.create.mutate({
      id: "open:1b",
      targets: [
        { id: "open:1b", weight: 1 },
        { id: "third:1b", weight: 0 },
      ],
      takeName: true,
    });

    const through = await say("open:1b");
    const itself = await say("lab/open:1b");
    await ada.trpc.aliases.delete.mutate({ id: "open:1b" });
    const again = await ada.trpc.models.get.query({ id: "open:1b" });

    expect([clash.errorCode, foreign.errorCode]).toStrictEqual(["model_id_taken", "model_id_taken"]);
    expect(through.text).toContain("I am open:1b");
    expect(itself.status).toBe(200);
    expect(again).toMatchObject({ id: "open:1b", status: "ready", visibility: "public" });
  });
});

describe("writing aliases", () => {
  test("aliases.update changes what it stands for, on the revision that was seen", async () => {
    await ada.trpc.aliases.create.mutate({ id: "moving", targets: [{ id: "open:1b" }] });

    const moved = await ada.trpc.aliases.update.mutate({
      id: "moving",
      revision: 1,
      targets: [{ id: "closed:1b", weight: 3 }],
    });
    const same = await ada.trpc.aliases.update.mutate({
      id: "moving",
      revision: 2,
      targets: [{ id: "closed:1b", weight: 3 }],
    });
    const stale = await failureOf(
      ada.trpc.aliases.update.mutate({ id: "moving", revision: 1, description: "Late" }),
    );

    expect(moved.definition).toMatchObject({ revision: 2, targets: [{ id: "closed:1b", weight: 3 }] });
    expect(same.definition?.revision).toBe(2);
    expect(stale).toMatchObject({ errorCode: "revision_conflict", httpStatus: 409 });
  });

  test("is for administrators", async () => {
    const target = [{ id: "open:1b" }];
    const codes = await Promise.all(
      [
        failureOf(bob.trpc.aliases.create.mutate({ id: "bobs-own", targets: target })),
        failureOf(bob.trpc.aliases.update.mutate({ id: "Assistant", revision: 1, description: "Mine" })),
        failureOf(bob.trpc.aliases.delete.mutate({ id: "Assistant" })),
      ].map(async (failure) => (await failure).errorCode),
    );

    expect(codes).toStrictEqual(["access_denied", "access_denied", "access_denied"]);
  });

  test("refuses what cannot be, and says where", async () => {
    const create = (input: object) =>
      failureOf(ada.trpc.aliases.create.mutate({ id: "bad", targets: [{ id: "open:1b" }], ...input }));

    const failures = {
      nothing: await create({ targets: [] }),
      unknown: await create({ targets: [{ id: "nowhere" }] }),
      aliasOfAlias: await create({ targets: [{ id: "Assistant" }] }),
      twice: await create({ targets: [{ id: "open:1b" }, { id: "OPEN:1b" }] }),
      weight: await create({ targets: [{ id: "open:1b", weight: -1 }] }),
      comma: await create({ id: "a,b" }),
      taken: await create({ id: "ASSISTANT" }),
      gone: await failureOf(ada.trpc.aliases.update.mutate({ id: "gone", revision: 1 })),
      deleted: await failureOf(ada.trpc.aliases.delete.mutate({ id: "gone" })),
      get: await failureOf(ada.trpc.aliases.get.query({ id: "" })),
    };

    const told = Object.fromEntries(
      Object.entries(failures).map(([what, { errorCode, issues }]) => [what, [errorCode, ...issues]]),
    );
    expect(told).toStrictEqual({
      nothing: ["invalid_input", "targets"],
      unknown: ["base_model_not_found", "targets.0.id"],
      aliasOfAlias: ["base_model_not_found", "targets.0.id"],
      twice: ["invalid_input", "targets.1.id"],
      weight: ["invalid_input", "targets.0.weight"],
      comma: ["invalid_input", "id"],
      taken: ["model_id_taken"],
      gone: ["model_not_found"],
      deleted: ["model_not_found"],
      get: ["invalid_input", "id"],
    });
  });

  test("leaves its trace: who did what", async () => {
    await ada.trpc.aliases.create.mutate({ id: "traced", targets: [{ id: "open:1b" }] });
    await ada.trpc.aliases.delete.mutate({ id: "traced" });
    await using database = await connect(server.databaseUrl);

    const { rows } = await database.query(
      "select action, actor_id, before ->> 'id' as was, after ->> 'id' as now from changes " +
        "where target_kind = 'alias' and (before ->> 'id' = 'traced' or after ->> 'id' = 'traced') order by id",
    );

    expect(rows).toStrictEqual([
      { action: "aliases.create", actor_id: ada.id, was: null, now: "traced" },
      { action: "aliases.delete", actor_id: ada.id, was: "traced", now: null },
    ]);
  });
});

describe("one name", () => {
  test("[vector 37] wanted by fifty at once, in any spelling, goes to exactly one; twenty rounds", async () => {
    const spellings = [
      (name: string) => name,
      (name: string) => name.toUpperCase(),
      (name: string) => `${name}:latest`,
      (name: string) => `${name.toUpperCase()}:Latest`,
    ];
    for (let round = 0; round < 20; round += 1) {
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, async (_, at) => {
          const id = (spellings[at % spellings.length] ?? String)(`wanted-${round}`);
          const creating =
            at % 3 === 0
              ? ada.trpc.aliases.create.mutate({ id, targets: [{ id: "open:1b" }] })
              : bob.trpc.models.create.mutate({ id, name: id, baseModelId: "open:1b" });
          const won = await creating.then(
            () => true,
            () => false,
          );
          return won ? "won" : failureOf(creating).then(({ errorCode }) => errorCode);
        }),
      );

      const counts = Map.groupBy(outcomes, (outcome) => outcome);
      expect(Object.fromEntries([...counts].map(([outcome, all]) => [outcome, all.length]))).toStrictEqual({
        won: 1,
        model_id_taken: 49,
      });
    }
  }, 60_000);
});
