import { connect, createTestDatabase, type TestDatabase } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  expectWholeParts,
  prepareScene,
  expectWholeUnder,
  writeUnder,
  type Fault,
  type FaultScene,
} from "./support/fault-rounds.ts";
import { clientFor, signUpAdministrator } from "./support/people.ts";
import { readModels, readParts } from "./support/stored-parts.ts";
import { startTestServer } from "./support/start-test-server.ts";

/** Models that are there already, and how many one transaction takes. */
const existing = 40;
const chunk = 1_000;

let ollama: SimulatedOllama;
let origin: TestDatabase;
let token: string;
let atOnce: FaultScene;
let inChunks: FaultScene;

beforeAll(async () => {
  ollama = await startSimulatedOllama({ models: ["base"] });
  origin = await createTestDatabase();
  await settleIn();
  const few = idsFrom(0, 100);
  atOnce = await prepareScene({
    origin,
    write: (url) => importModels(url, few),
    read: (url) => readParts(url, { models: readModels() }),
  });
  // every second of the models that are there comes in the second transaction
  const [early, late] = [idsFrom(0, existing / 2), idsFrom(existing / 2, existing)];
  const made = idsFrom(existing, chunk + existing);
  const first = [...early, ...made.slice(0, chunk - early.length)];
  const second = [...late, ...made.slice(chunk - early.length)];
  inChunks = await prepareScene({
    origin,
    write: (url) => importModels(url, [...first, ...second]),
    read: (url) => readParts(url, { first: readModels(first), second: readModels(second) }),
  });
}, 300_000);
afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await ollama.stop();
});

function idsFrom(start: number, end: number): string[] {
  return Array.from({ length: end - start }, (_, at) => `model-${start + at}`);
}

async function settleIn(): Promise<void> {
  await using server = await startTestServer({ DATABASE_URL: origin.url });
  const ada = await signUpAdministrator(server);
  token = ada.token;
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url: ollama.url,
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  await ada.trpc.groups.create.mutate({ name: "Team" });
  const models = idsFrom(0, existing).map((id) => ({ id, baseModelId: "base" }));
  const text = JSON.stringify({ corral: 1, source: "before", models });
  const { counts } = await ada.trpc.documents.applyChanges.mutate({ text });
  expect(counts["created"]).toBe(existing);
}

/** A file of another product: some of its models are here, most are not. */
function importModels(url: string, ids: readonly string[]) {
  const models = ids.map((id, at) => ({
    id,
    name: `Imported ${id}`,
    base_model_id: "base",
    params: { temperature: (at % 20) / 10, system: `Number ${at}` },
    meta: { tags: [{ name: "imported" }] },
    access_control: { read: { group_ids: ["their-team"], user_ids: [] } },
  }));
  const text = JSON.stringify({ models, groups: [{ id: "their-team", name: "Team" }] });
  return clientFor(url, token).documents.import.mutate({ format: "open-webui", text });
}

test.each([
  ["kill -9 of the server", 6],
  ["backend terminated", 6],
  ["statement cancelled", 5],
] as const)(
  "%s at %i moments of an import leaves the state before or after, whole",
  async (fault, rounds) => expectWholeUnder(atOnce, fault, rounds),
  300_000,
);

test.each<Fault>(["kill -9 of the server", "backend terminated", "statement cancelled"])(
  "%s between the transactions of a long import leaves each of them whole, and the next server ends it",
  async (fault) => {
    await using database = await createTestDatabase(origin.name);
    await using client = await connect(database.url);
    const firstIsWritten = async () => {
      for (;;) {
        const { rows } = await client.query(
          `select from operation_chunks c join operations o on o.id = c.operation_id
           where o.kind = 'import' and c.index = 0 and c.results is not null`,
        );
        if (rows.length > 0) return;
        await delay(2);
      }
    };

    await writeUnder(inChunks, { fault, database, moment: firstIsWritten });
    const [first] = await expectWholeParts(inChunks, { database, what: fault });
    // as if nobody had gone on with it for long
    await client.query(
      "update operations set touched_at = now() - interval '1 hour' where state = 'running'",
    );
    await using next = await startTestServer({ DATABASE_URL: database.url });
    await expect
      .poll(async () => (await clientFor(next.url, token).operations.list.query({})).operations[0]?.state, {
        timeout: 60_000,
      })
      .toBe("done");

    expect(first).toBe("after");
    expect(await expectWholeParts(inChunks, { database, what: "resumed" })).toStrictEqual(["after", "after"]);
  },
  300_000,
);
