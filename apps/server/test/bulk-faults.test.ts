import { connect, createTestDatabase, type TestDatabase } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addMember, clientFor, signUpAdministrator, type Person } from "./support/people.ts";
import { readModelState, type ModelState } from "./support/read-model-state.ts";
import { spawnServer } from "./support/spawn-server.ts";
import { secretKey, startTestServer } from "./support/start-test-server.ts";

/** How the world may end while a bulk is written. */
type Fault = "kill -9 of the server" | "backend terminated" | "statement cancelled";

const modelCount = 150;
const ids = Array.from({ length: modelCount }, (_, at) => `model-${at}`);

let ollama: SimulatedOllama;
/** The state before, which every round starts from. */
let origin: TestDatabase;
let bob: Person;
let eve: Person;
let before: ModelState;
let after: ModelState;
/** How long an undisturbed bulk takes here. */
let durationMs: number;

beforeAll(async () => {
  ollama = await startSimulatedOllama({ models: ["base"] });
  origin = await createTestDatabase();
  {
    await using server = await startTestServer({ DATABASE_URL: origin.url });
    const ada = await signUpAdministrator(server);
    bob = await addMember(server, ada, "Bob");
    eve = await addMember(server, ada, "Eve");
    const connection = { provider: "ollama", name: "Lab", url: ollama.url } as const;
    const { uid } = await ada.trpc.connections.create.mutate({
      ...connection,
      defaultVisibility: { kind: "public" },
    });
    await ada.trpc.connections.refresh.mutate({ uid });
    for (let start = 0; start < modelCount; start += 10) {
      const some = ids.slice(start, start + 10);
      await Promise.all(
        some.map((id) => bob.trpc.models.create.mutate({ id, name: id, baseModelId: "base" })),
      );
    }
  }
  before = await readModelState(origin.url);
  await using copy = await createTestDatabase(origin.name);
  await using server = await startTestServer({ DATABASE_URL: copy.url });
  const started = performance.now();
  await changeAll(server.url);
  durationMs = performance.now() - started;
  after = await readModelState(copy.url);
}, 300_000);
afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await ollama.stop();
});

function changeAll(url: string) {
  return clientFor(url, bob.token).models.bulk.mutate({
    select: { ids },
    change: {
      isActive: false,
      tags: { add: ["changed"] },
      paramsPatch: { temperature: 0.5 },
      grants: { add: { read: { userIds: [eve.id] } } },
    },
  });
}

/** Resolves when nothing of a server is at work on the database any more. */
async function quiet(database: TestDatabase): Promise<void> {
  await using client = await connect(database.url);
  for (;;) {
    const { rows } = await client.query(
      "select from pg_stat_activity where datname = $1 and pid <> pg_backend_pid() and xact_start is not null",
      [database.name],
    );
    if (rows.length === 0) return;
    await delay(10);
  }
}

/** @returns Whether anything was hit. */
async function strike(
  fault: Exclude<Fault, "kill -9 of the server">,
  client: Awaited<ReturnType<typeof connect>>,
): Promise<boolean> {
  // The second is what a statement timeout does too; between two statements it does nothing.
  const [how, state] =
    fault === "backend terminated"
      ? ["pg_terminate_backend", "true"]
      : ["pg_cancel_backend", "state = 'active'"];
  const { rowCount } = await client.query(
    `select ${how}(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null and ${state}`,
  );
  return rowCount !== 0;
}

/** @returns Whether the bulk was acknowledged, and what is stored. */
async function runWith(
  fault: Fault,
  afterMs: number,
): Promise<{ readonly answered: boolean; readonly state: ModelState }> {
  await using database = await createTestDatabase(origin.name);
  let answered: boolean;
  if (fault === "kill -9 of the server") {
    await using server = spawnServer({ DATABASE_URL: database.url, CORRAL_SECRET_KEY: secretKey });
    const { url } = await server.ready();
    const writing = changeAll(url).then(
      () => true,
      () => false,
    );
    await delay(afterMs);
    server.kill("SIGKILL");
    await server.exited;
    answered = await writing;
  } else {
    await using server = await startTestServer({ DATABASE_URL: database.url });
    const writing = changeAll(server.url).then(
      () => true,
      () => false,
    );
    await delay(afterMs);
    await using client = await connect(database.url);
    let isOver = false;
    void writing.then(() => (isOver = true));
    for (let hits = 0; !isOver && hits < 3; hits += Number(await strike(fault, client)));
    answered = await writing;
  }
  await quiet(database);
  return { answered, state: await readModelState(database.url) };
}

test.each([
  ["kill -9 of the server", 7],
  ["backend terminated", 7],
  ["statement cancelled", 6],
] as const)(
  "%s at %i moments of a bulk leaves the state before or after, whole",
  async (fault, rounds) => {
    const found: string[] = [];

    for (let round = 0; round < rounds; round += 1) {
      const afterMs = (durationMs * (round + Math.random())) / rounds;
      const { answered, state } = await runWith(fault, afterMs);

      const isAfter = JSON.stringify(state) === JSON.stringify(after);
      expect(state, `${fault} after ${afterMs} ms`).toStrictEqual(isAfter ? after : before);
      if (answered) expect(isAfter).toBe(true);
      found.push(isAfter ? "after" : "before");
    }

    // the faults struck in the middle
    expect(found).toContain("before");
  },
  300_000,
);
