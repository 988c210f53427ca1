import { createTestDatabase, type TestDatabase } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, test } from "vitest";
import { prepareScene, expectWholeUnder, type FaultScene } from "./support/fault-rounds.ts";
import { addMember, clientFor, signUpAdministrator, type Person } from "./support/people.ts";
import { readModels, readObjects, readParts } from "./support/stored-parts.ts";
import { startTestServer } from "./support/start-test-server.ts";

const modelCount = 80;

let ollama: SimulatedOllama;
let origin: TestDatabase;
let scene: FaultScene;

beforeAll(async () => {
  ollama = await startSimulatedOllama({ models: ["qwen3:8b"] });
  origin = await createTestDatabase();
  const ada = await settleIn();
  scene = await prepareScene({
    origin,
    write: (url) => apply(url, ada, 2),
    // each is written in a transaction of its own, with its owner marks
    read: (url) =>
      readParts(url, {
        group: readObjects("group"),
        policy: readObjects("policy"),
        models: readModels(),
        alias: readObjects("alias"),
      }),
  });
}, 300_000);
afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await ollama.stop();
});

async function settleIn(): Promise<Person> {
  await using server = await startTestServer({ DATABASE_URL: origin.url });
  const ada = await signUpAdministrator(server);
  await addMember(server, ada, "Eve");
  const connection = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid: connection.uid });
  await apply(server.url, ada, 1);
  return ada;
}

/** The first version makes everything; the second changes all of it, takes some models away and brings others. */
function apply(url: string, { token }: Person, version: 1 | 2) {
  const start = version === 1 ? 0 : modelCount / 4;
  const models = Array.from({ length: modelCount }, (_, at) => ({
    id: `model-${start + at}`,
    name: `Version ${version}`,
    baseModelId: at % 10 === 0 ? "qwen3:8b" : `model-${start + at - (at % 10)}`,
    access: version === 1 ? "private" : { read: { groups: ["Team"] } },
    params: { seed: version },
  }));
  const groups = [
    { name: "Team", description: `Version ${version}`, members: version === 1 ? [] : ["eve@example.com"] },
  ];
  const policies = [{ name: "Small ones", match: { pattern: `*${version}b*` }, actions: { hidden: true } }];
  const aliases = [
    { id: "usual", description: `Version ${version}`, targets: [{ id: "qwen3:8b", weight: version }] },
  ];
  const text = JSON.stringify({ corral: 1, source: "faults", groups, policies, models, aliases });
  return clientFor(url, token).documents.applyChanges.mutate({ text, prune: true });
}

test.each([
  ["kill -9 of the server", 7],
  ["backend terminated", 7],
  ["statement cancelled", 6],
] as const)(
  "%s at %i moments of an apply leaves every transaction of it, with its marks, before or after",
  async (fault, rounds) => expectWholeUnder(scene, fault, rounds),
  300_000,
);
