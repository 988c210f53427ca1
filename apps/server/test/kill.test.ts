import { startSimulatedOpenAI, type SimulatedOpenAI } from "@corral/simulated-providers";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import {
  assertGone,
  createWriter,
  readStored,
  settle,
  writeUntilKilled,
  type Writer,
} from "./support/kill-writers.ts";
import { addMember, clientFor, signUpAdministrator, type Person } from "./support/people.ts";
import {
  createServerHome,
  spawnServer,
  type ServerHome,
  type SpawnedServer,
} from "./support/spawn-server.ts";

/** Two installations side by side, each killed so often. */
const cycles = 10;
const memberCount = 7;

/** An installation, and what its eight clients believe to be stored there. */
type World = {
  readonly openai: SimulatedOpenAI;
  readonly ada: Person;
  readonly groupId: string;
  readonly writers: readonly Writer[];
  /** The administrator's part: replaces a connection's key, with the name that goes with it. */
  readonly rotation: { readonly uid: string; acknowledged: number; sent: number };
};

// a start that was killed leaves no compiled code behind for the next one
beforeAll(async () => {
  await spawnServer({ CORRAL_PORT: "none" }).exited;
}, 60_000);

function start(home: ServerHome): SpawnedServer {
  return spawnServer({ CORRAL_DATA_DIR: home.dataDir, CORRAL_LOG_LEVEL: "warn" });
}

function rotationFields(number: number) {
  return { name: `Rotation ${number}`, key: `sk-rotation-${number}-of-the-key` };
}

async function settleIn(openai: SimulatedOpenAI, server: SpawnedServer): Promise<World> {
  const { url, setupCode } = await server.ready();
  const ada = await signUpAdministrator({ url, setupCode });
  const { uid } = await ada.trpc.connections.create.mutate({
    provider: "openai",
    url: openai.baseUrl,
    authType: "bearer",
    models: { mode: "static", ids: ["base"] },
    defaultVisibility: { kind: "public" },
    ...rotationFields(0),
  });
  await ada.trpc.connections.refresh.mutate({ uid });
  const writers: Writer[] = [];
  for (let at = 0; at < memberCount; at += 1) {
    writers.push(createWriter(await addMember({ url }, ada, `Writer${at}`), `w${at}`));
  }
  const memberIds = writers.map(({ person }) => person.id);
  const { id: groupId } = await ada.trpc.groups.create.mutate({ name: "Writers", memberIds });
  return { openai, ada, groupId, writers, rotation: { uid, acknowledged: 0, sent: 0 } };
}

async function rotateUntilKilled({ ada, rotation }: World, url: string): Promise<void> {
  const trpc = clientFor(url, ada.token);
  const { uid } = rotation;
  try {
    const { connections } = await trpc.connections.list.query();
    let revision = connections.find((connection) => connection.uid === uid)?.revision ?? 0;
    for (;;) {
      rotation.sent = rotation.acknowledged + 1;
      const saved = await trpc.connections.update.mutate({ uid, revision, ...rotationFields(rotation.sent) });
      revision = saved.revision;
      rotation.acknowledged = rotation.sent;
    }
  } catch (error) {
    assertGone(error);
  }
}

/** The stored key as a provider gets it: decrypted, and the one that belongs to the stored name. */
async function settleRotation({ ada, openai, rotation }: World, url: string): Promise<void> {
  const trpc = clientFor(url, ada.token);
  const { connections } = await trpc.connections.list.query();
  const number = Number(connections.find(({ uid }) => uid === rotation.uid)?.name.split(" ")[1]);
  openai.journal.clear();
  const draft = { provider: "openai", url: openai.baseUrl, authType: "bearer" } as const;
  await trpc.connections.verify.mutate({ draft, keepSecretsOf: rotation.uid });
  expect([rotation.acknowledged, rotation.sent]).toContain(number);
  expect(openai.journal.entries()[0]?.headers.authorization).toBe(`Bearer ${rotationFields(number).key}`);
  rotation.acknowledged = number;
  rotation.sent = number;
}

async function expectKeyWorks({ keyText }: Writer, url: string): Promise<void> {
  if (keyText === undefined) return;
  const headers = { authorization: `Bearer ${keyText}` };
  expect((await fetch(`${url}/v1/models`, { headers })).status).toBe(200);
}

/** Holds the started server to everything that was acknowledged before it was killed. */
async function expectNothingLost(world: World, url: string): Promise<void> {
  await settleRotation(world, url);
  await Promise.all(
    world.writers.map(async (writer) => {
      settle(writer, await readStored(writer, url));
      await expectKeyWorks(writer, url);
    }),
  );
}

/** @returns How many writes were under way when the kills struck. */
async function killAgainAndAgain(): Promise<number> {
  await using openai = await startSimulatedOpenAI();
  await using home = await createServerHome();
  let world: World | undefined;
  let unanswered = 0;
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    await using server = start(home);
    const { url } = await server.ready();
    if (world === undefined) world = await settleIn(openai, server);
    else await expectNothingLost(world, url);
    const { writers, groupId } = world;
    const writing = Promise.all([
      rotateUntilKilled(world, url),
      ...writers.map((writer) => writeUntilKilled(writer, { url, groupId })),
    ]);
    await Promise.race([delay(50 + Math.random() * 1_450), writing]);
    server.kill("SIGKILL");
    await server.exited;
    await writing;
    unanswered += writers.filter((writer) => writer.unanswered !== undefined).length;
  }
  await using last = start(home);
  const { url } = await last.ready();
  if (world === undefined) throw new Error("nothing was tried");
  await expectNothingLost(world, url);
  last.kill("SIGTERM");
  expect(await last.exited).toStrictEqual({ code: 0, signal: null });
  expect(await home.findPostgres()).toBeUndefined();
  const acknowledged = [world.rotation.acknowledged, ...world.writers.map((writer) => writer.acknowledged)];
  // every client got through
  expect(Math.min(...acknowledged)).toBeGreaterThan(cycles / 2);
  return unanswered;
}

test(
  `kill -9 while eight clients write loses nothing that was acknowledged and leaves nothing half done (${2 * cycles} times)`,
  { timeout: 400_000 },
  async () => {
    const unanswered = await Promise.all([killAgainAndAgain(), killAgainAndAgain()]);

    // the kills struck in the middle of writes
    expect(Math.min(...unanswered)).toBeGreaterThan(cycles);
  },
);

test(
  "a first start that is killed at any moment leaves nothing that the next one cannot use",
  { timeout: 120_000 },
  async () => {
    await using home = await createServerHome();
    for (const afterMs of [150, 400, 700, 1_000, 1_400]) {
      await using server = start(home);
      await Promise.race([delay(afterMs), server.ready()]);
      server.kill("SIGKILL");
      await server.exited;
    }

    await using server = start(home);
    const { url, setupCode } = await server.ready();
    const ada = await signUpAdministrator({ url, setupCode });

    expect((await ada.trpc.models.list.query({})).rows).toStrictEqual([]);
  },
);
