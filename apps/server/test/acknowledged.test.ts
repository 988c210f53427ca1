import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { expect, test } from "vitest";
import { startAccessWorld } from "./support/access-world.ts";
import { createNarrowings, type Narrowing } from "./support/narrowings.ts";
import { spawnServer } from "./support/spawn-server.ts";

const clients = 20;

type Seen = { readonly isAfter: boolean; readonly status: number };

/** Long enough for the write not to wait behind its own witnesses. */
const pauseMs = 20;

/** Twenty clients ask on and on, and each once more after the acknowledgement. */
async function runRound(narrowing: Narrowing, servers: readonly Pool[]): Promise<readonly Seen[]> {
  const { token } = await narrowing.allow();
  const { path, body } = narrowing.request;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const seen: Seen[] = [];
  const acknowledged = Promise.withResolvers<void>();
  let isAcknowledged = false;
  const ask = async (server: Pool): Promise<void> => {
    const isAfter = isAcknowledged;
    const answer = await server.request({
      path,
      headers,
      ...(body === undefined ? { method: "GET" } : { method: "POST", body: JSON.stringify(body) }),
    });
    await answer.body.dump();
    seen.push({ isAfter, status: answer.statusCode });
  };
  const client = async (at: number): Promise<void> => {
    const server = servers[at % servers.length];
    if (server === undefined) throw new Error("There is no server.");
    while (!isAcknowledged) {
      await ask(server);
      await Promise.race([sleep(pauseMs), acknowledged.promise]);
    }
    await ask(server);
  };
  const asking = Promise.all(Array.from({ length: clients }, (_, at) => client(at)));
  while (seen.length < clients) await sleep(1);
  await narrowing.narrow();
  isAcknowledged = true;
  acknowledged.resolve();
  await asking;
  return seen;
}

function assertGone({ name, refusal }: Narrowing, seen: readonly Seen[]): void {
  const before = seen.filter(({ isAfter }) => !isAfter).map(({ status }) => status);
  const after = seen.filter(({ isAfter }) => isAfter).map(({ status }) => status);
  expect(after.length).toBeGreaterThanOrEqual(clients);
  expect({ name, wasGiven: before.includes(200), statuses: [...new Set(after)] }).toStrictEqual({
    name,
    wasGiven: true,
    statuses: [refusal],
  });
}

test(
  "[CACHE-2] no request sent after a right was acknowledged as lost succeeds: twelve kinds, twenty rounds, twenty clients",
  { timeout: 480_000 },
  async () => {
    await using world = await startAccessWorld();
    await using resources = new AsyncDisposableStack();
    const pool = new Pool(world.server.url, { connections: clients });
    resources.defer(() => pool.close());

    for (const narrowing of await createNarrowings(world)) {
      for (let round = 0; round < 20; round += 1) {
        assertGone(narrowing, await runRound(narrowing, [pool]));
      }
    }
  },
);

test("nor on two further processes on the same database", { timeout: 480_000 }, async () => {
  await using world = await startAccessWorld();
  await using resources = new AsyncDisposableStack();
  const environment = {
    DATABASE_URL: world.server.databaseUrl,
    CORRAL_SECRET_KEY: world.server.secretKey,
    CORRAL_LOG_LEVEL: "error",
  };
  const others = [resources.use(spawnServer(environment)), resources.use(spawnServer(environment))];
  const urls = [world.server.url];
  for (const other of others) urls.push((await other.ready()).url);
  const pools = urls.map((url) => new Pool(url, { connections: clients }));
  resources.defer(async () => void (await Promise.all(pools.map((pool) => pool.close()))));

  for (const narrowing of await createNarrowings(world)) {
    for (let round = 0; round < 3; round += 1) {
      assertGone(narrowing, await runRound(narrowing, pools));
    }
  }
});
