import { createTestDatabase, type TestDatabase } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareScene, expectWholeUnder, type FaultScene } from "./support/fault-rounds.ts";
import { addMember, clientFor, signUpAdministrator } from "./support/people.ts";
import { readModels, readParts } from "./support/stored-parts.ts";
import { startTestServer } from "./support/start-test-server.ts";

const ids = Array.from({ length: 150 }, (_, at) => `model-${at}`);

let ollama: SimulatedOllama;
/** The state before, which every round starts from. */
let origin: TestDatabase;
let scene: FaultScene;

beforeAll(async () => {
  ollama = await startSimulatedOllama({ models: ["base"] });
  origin = await createTestDatabase();
  const { token, eveId } = await settleIn();
  scene = await prepareScene({
    origin,
    write: (url) =>
      clientFor(url, token).models.bulk.mutate({
        select: { ids },
        change: {
          isActive: false,
          tags: { add: ["changed"] },
          paramsPatch: { temperature: 0.5 },
          grants: { add: { read: { userIds: [eveId] } } },
        },
      }),
    read: (url) => readParts(url, { models: readModels() }),
  });
}, 300_000);
afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await ollama.stop();
});

async function settleIn() {
  await using server = await startTestServer({ DATABASE_URL: origin.url });
  const ada = await signUpAdministrator(server);
  const bob = await addMember(server, ada, "Bob");
  const eve = await addMember(server, ada, "Eve");
  const connection = { provider: "ollama", name: "Lab", url: ollama.url } as const;
  const { uid } = await ada.trpc.connections.create.mutate({
    ...connection,
    defaultVisibility: { kind: "public" },
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  const models = ids.map((id) => ({ id, name: id, baseModelId: "base" }));
  const text = JSON.stringify({ corral: 1, source: "bulk", models });
  const { counts } = await bob.trpc.documents.applyChanges.mutate({ text });
  expect(counts["created"]).toBe(ids.length);
  return { token: bob.token, eveId: eve.id };
}

test.each([
  ["kill -9 of the server", 7],
  ["backend terminated", 7],
  ["statement cancelled", 6],
] as const)(
  "%s at %i moments of a bulk leaves the state before or after, whole",
  async (fault, rounds) => expectWholeUnder(scene, fault, rounds),
  300_000,
);
