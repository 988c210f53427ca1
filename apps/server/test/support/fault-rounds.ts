import { connect, createTestDatabase, type TestDatabase } from "@corral/db/testing";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { spawnServer } from "./spawn-server.ts";
import { secretKey, startTestServer } from "./start-test-server.ts";
import type { StoredParts } from "./stored-parts.ts";

type Client = Awaited<ReturnType<typeof connect>>;

/** How the world may end while something is written. */
export type Fault = "kill -9 of the server" | "backend terminated" | "statement cancelled";

/** A write whose end is known, and the database that every round starts from. */
export type FaultScene = {
  readonly origin: TestDatabase;
  readonly write: (url: string) => Promise<unknown>;
  /** What is stored, by the parts that are each written in one transaction. */
  readonly read: (databaseUrl: string) => Promise<StoredParts>;
  readonly before: StoredParts;
  readonly after: StoredParts;
  /** How long the write takes when nothing disturbs it. */
  readonly durationMs: number;
};

/** Writes once without a fault, to know how it ends. */
export async function prepareScene(
  scene: Pick<FaultScene, "origin" | "write" | "read">,
): Promise<FaultScene> {
  const { origin, write, read } = scene;
  const before = await read(origin.url);
  await using copy = await createTestDatabase(origin.name);
  await using server = await startTestServer({ DATABASE_URL: copy.url });
  const started = performance.now();
  await write(server.url);
  const durationMs = performance.now() - started;
  const after = await read(copy.url);
  // every part is written, so that before and after can be told apart
  expect(Object.keys(before).filter((part) => after[part] === before[part])).toStrictEqual([]);
  return { ...scene, before, after, durationMs };
}

/**
 * Lets the fault strike so often, at moments spread over the write. Each time every part of what is stored is as before
 * the write or as after it, all of it after where the write was answered, and a new server starts on what is there.
 */
export async function expectWholeUnder(scene: FaultScene, fault: Fault, rounds: number): Promise<void> {
  const found = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const afterMs = (scene.durationMs * (round + Math.random())) / rounds;
    await using database = await createTestDatabase(scene.origin.name);
    const answered = await writeUnder(scene, { fault, database, moment: () => delay(afterMs) });
    const states = await expectWholeParts(scene, { database, what: `${fault} after ${afterMs} ms` });
    if (answered) expect(states).not.toContain("before");
    for (const state of states) found.add(state);
  }
  // the faults struck in the middle
  expect([...found]).toContain("before");
}

/** @returns Of each part whether it is as before the write or as after it. */
export async function expectWholeParts(
  { read, before, after }: FaultScene,
  { database, what }: { readonly database: TestDatabase; readonly what: string },
): Promise<readonly ("before" | "after")[]> {
  const stored = await read(database.url);
  return Object.keys(before).map((part) => {
    const [now = "", early = "", late = ""] = [stored[part], before[part], after[part]];
    if (now === late) return "after";
    const isEarly = now === early;
    // of thousands of lines, those that tell what happened
    expect({ what, part, isEarly, ...(!isEarly && differenceOf(now, late)) }).toStrictEqual({
      what,
      part,
      isEarly: true,
    });
    return "before";
  });
}

/** The first lines that only one of two texts has. */
function differenceOf(now: string, late: string): Readonly<Record<string, readonly string[]>> {
  const [stored, wanted] = [new Set(now.split("\n")), new Set(late.split("\n"))];
  return {
    stored: [...stored].filter((line) => !wanted.has(line)).slice(0, 6),
    wanted: [...wanted].filter((line) => !stored.has(line)).slice(0, 6),
  };
}

/** @returns Whether the write was acknowledged, once nothing is at work on the database any more. */
export async function writeUnder(
  { write }: Pick<FaultScene, "write">,
  on: {
    readonly fault: Fault;
    readonly database: TestDatabase;
    /** Resolves when the fault is to strike. */
    readonly moment: () => Promise<unknown>;
  },
): Promise<boolean> {
  const { fault, database, moment } = on;
  const answered =
    fault === "kill -9 of the server"
      ? await writeAndKill(write, database, moment)
      : await writeAndStrike(write, { ...on, fault });
  await quiet(database);
  return answered;
}

async function writeAndKill(
  write: FaultScene["write"],
  database: TestDatabase,
  moment: () => Promise<unknown>,
): Promise<boolean> {
  await using server = spawnServer({ DATABASE_URL: database.url, CORRAL_SECRET_KEY: secretKey });
  const { url } = await server.ready();
  const writing = settled(write(url));
  await moment();
  server.kill("SIGKILL");
  await server.exited;
  return writing;
}

async function writeAndStrike(
  write: FaultScene["write"],
  on: {
    readonly fault: Exclude<Fault, "kill -9 of the server">;
    readonly database: TestDatabase;
    readonly moment: () => Promise<unknown>;
  },
): Promise<boolean> {
  const { fault, database, moment } = on;
  await using server = await startTestServer({ DATABASE_URL: database.url });
  await using client = await connect(database.url);
  const writing = settled(write(server.url));
  await moment();
  let isOver = false;
  void writing.then(() => (isOver = true));
  for (let hits = 0; !isOver && hits < 3; hits += Number(await strike(fault, client)));
  return writing;
}

function settled(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

/** @returns Whether anything was hit. */
async function strike(fault: Exclude<Fault, "kill -9 of the server">, client: Client): Promise<boolean> {
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
