import { startSimulatedOpenAI, type SimulatedOpenAI } from "@corral/simulated-providers";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { createWriter, readStored, settle, writeUntilKilled, type Writer } from "./support/kill-writers.ts";
import { addMember, clientFor, signUpAdministrator, type Person } from "./support/people.ts";
import { createServerHome, spawnServer, type ServerHome } from "./support/spawn-server.ts";

const cycles = 20;
const memberCount = 7;

/** The administrator's part: replaces a connection's key, with the name that goes with it. */
type Rotation = { uid: string; acknowledged: number; sent: number };

function start(home: ServerHome) {
  return spawnServer({ CORRAL_DATA_DIR: home.dataDir, CORRAL_LOG_LEVEL: "warn" });
}

function rotationFields(number: number) {
  return { name: `Rotation ${number}`, key: `sk-rotation-${number}-of-the-key` };
}

async function rotateUntilKilled(rotation: Rotation, ada: Pick<Person, "token">, url: string) {
  const trpc = clientFor(url, ada.token);
  const found = (await trpc.connections.list.query()).connections.find(({ uid }) => uid === rotation.uid);
  let revision = found?.revision ?? 0;
  for (;;) {
    rotation.sent = rotation.acknowledged + 1;
    const fields = { uid: rotation.uid, revision, ...rotationFields(rotation.sent) };
    const saved = await trpc.connections.update.mutate(fields).catch((error: { data?: unknown }) => {
      if (error.data !== undefined) throw error;
    });
    if (saved === undefined) return;
    revision = saved.revision;
    rotation.acknowledged = rotation.sent;
  }
}

/** The stored key as a provider gets it: decrypted, and the one that belongs to the stored name. */
async function settleRotation(
  rotation: Rotation,
  ada: Pick<Person, "token">,
  on: { url: string; openai: SimulatedOpenAI },
) {
  const trpc = clientFor(on.url, ada.token);
  const found = (await trpc.connections.list.query()).connections.find(({ uid }) => uid === rotation.uid);
  const number = Number(found?.name.split(" ")[1]);
  on.openai.journal.clear();
  const draft = { provider: "openai", url: on.openai.baseUrl, authType: "bearer" } as const;
  await trpc.connections.verify.mutate({ draft, keepSecretsOf: rotation.uid });
  expect([rotation.acknowledged, rotation.sent]).toContain(number);
  expect(on.openai.journal.entries()[0]?.headers.authorization).toBe(`Bearer ${rotationFields(number).key}`);
  rotation.acknowledged = number;
}

async function expectKeyWorks(writer: Writer, url: string) {
  if (writer.keyText === undefined) return;
  const { status } = await fetch(`${url}/v1/models`, {
    headers: { authorization: `Bearer ${writer.keyText}` },
  });
  expect(status).toBe(200);
}

test(
  `kill -9 while eight clients write loses nothing that was acknowledged and leaves nothing half done (${cycles} times)`,
  { timeout: 400_000 },
  async () => {
    await using openai = await startSimulatedOpenAI();
    await using home = await createServerHome();
    let ada: Person | undefined;
    let groupId = "";
    const writers: Writer[] = [];
    const rotation: Rotation = { uid: "", acknowledged: 0, sent: 0 };
    let unanswered = 0;

    for (let cycle = 0; cycle <= cycles; cycle += 1) {
      await using server = start(home);
      const { url, setupCode } = await server.ready();
      if (ada === undefined) {
        const administrator = await signUpAdministrator({ url, setupCode });
        ada = administrator;
        const connection = await ada.trpc.connections.create.mutate({
          provider: "openai",
          url: openai.baseUrl,
          authType: "bearer",
          models: { mode: "static", ids: ["base"] },
          defaultVisibility: { kind: "public" },
          ...rotationFields(0),
        });
        rotation.uid = connection.uid;
        await ada.trpc.connections.refresh.mutate({ uid: connection.uid });
        for (let at = 0; at < memberCount; at += 1) {
          writers.push(createWriter(await addMember({ url }, administrator, `Writer${at}`), `w${at}`));
        }
        const memberIds = writers.map(({ person }) => person.id);
        groupId = (await ada.trpc.groups.create.mutate({ name: "Writers", memberIds })).id;
      } else {
        await settleRotation(rotation, ada, { url, openai });
        await Promise.all(
          writers.map(async (writer) => {
            settle(writer, await readStored(writer, url));
            await expectKeyWorks(writer, url);
          }),
        );
      }
      if (cycle === cycles) {
        server.kill("SIGTERM");
        expect(await server.exited).toStrictEqual({ code: 0, signal: null });
        break;
      }
      const writing = Promise.all([
        rotateUntilKilled(rotation, ada, url),
        ...writers.map((writer) => writeUntilKilled(writer, { url, groupId })),
      ]);
      await Promise.race([delay(50 + Math.random() * 1_450), writing]);
      server.kill("SIGKILL");
      await server.exited;
      await writing;
      unanswered += writers.filter((writer) => writer.unanswered !== undefined).length;
    }

    const acknowledged = writers.map((writer) => writer.acknowledged);
    // the test has looked at something: every client wrote, and kills struck in the middle of writes
    expect(Math.min(...acknowledged)).toBeGreaterThan(cycles / 2);
    expect(rotation.acknowledged).toBeGreaterThan(cycles / 2);
    expect(unanswered).toBeGreaterThan(cycles);
    expect(await home.findPostgres()).toBeUndefined();
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
