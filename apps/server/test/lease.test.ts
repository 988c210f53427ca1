import { connect } from "@corral/db/testing";
import { expect, test } from "vitest";
import { base, startAccessWorld, tryChat, type AccessWorld } from "./support/access-world.ts";

/** Ends all connections and lets none in, until it is disposed. */
async function shutDatabase({ server }: AccessWorld): Promise<AsyncDisposable> {
  const name = new URL(server.databaseUrl).pathname.slice(1);
  const client = await connect(Object.assign(new URL(server.databaseUrl), { pathname: "/postgres" }).href);
  await client.query(`alter database ${name} with allow_connections false`);
  await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
  return {
    async [Symbol.asyncDispose]() {
      await client.query(`alter database ${name} with allow_connections true`);
      await client[Symbol.asyncDispose]();
    },
  };
}

const get = (world: AccessWorld, path: string, accept = "*/*") =>
  fetch(`${world.server.url}${path}`, { headers: { authorization: `Bearer ${world.ada.token}`, accept } });

const statusOf = async (world: AccessWorld, path: string) => (await get(world, path)).status;

test(
  "without the database, calls and lists go on for five seconds, then answer 503 until it is back",
  {
    timeout: 60_000,
  },
  async () => {
    await using world = await startAccessWorld();
    const { server, ada } = world;
    expect(await statusOf(world, "/v1/models")).toBe(200);
    const list = () => statusOf(world, "/trpc/models.list?input=%7B%7D");
    {
      await using shut = await shutDatabase(world);
      const shutAt = performance.now();
      expect(shut).toBeDefined();

      expect([await statusOf(world, "/v1/models"), await list()]).toStrictEqual([200, 200]);
      expect(await tryChat(server, ada.token, base)).toMatchObject({ status: 200 });
      while ((await statusOf(world, "/v1/models")) === 200) await fetch(`${server.url}/health`);
      const wentOnMs = performance.now() - shutAt;

      expect(wentOnMs).toBeGreaterThan(3_000);
      expect(wentOnMs).toBeLessThan(6_000);
      expect([await list(), await statusOf(world, "/v1/models/x")]).toStrictEqual([503, 503]);
      expect(await tryChat(server, ada.token, base)).toStrictEqual({
        status: 503,
        code: "database_unavailable",
      });
      const refused = await get(world, "/trpc/models.list?input=%7B%7D");
      expect(refused.headers.get("retry-after")).toBe("1");
      expect(await refused.json()).toMatchObject({ error: { data: { errorCode: "database_unavailable" } } });
      expect([await statusOf(world, "/health"), await statusOf(world, "/ready")]).toStrictEqual([200, 503]);
      // Whatever has nothing to do with rights goes on: the dashboard, or that there is no such thing.
      expect(await statusOf(world, "/nothing")).toBe(404);
    }

    await expect.poll(() => statusOf(world, "/ready"), { timeout: 15_000, interval: 100 }).toBe(200);
    expect([await statusOf(world, "/v1/models"), await list()]).toStrictEqual([200, 200]);
  },
);

test("a call that meets a newer record than the catalog shows is decided on that one", async () => {
  await using world = await startAccessWorld();
  const { server, ada, ollama } = world;
  await using client = await connect(server.databaseUrl);
  for (const id of ["heated", "stopped"]) {
    await ada.trpc.models.create.mutate({ id, name: id, baseModelId: base });
  }
  // Nobody is told: until its next poll the server shows what was before.
  const { rows } = await client.query<{ text: string }>(
    "select pg_get_functiondef('corral_take_number'::regproc) as text",
  );
  const text = rows[0]?.text ?? "";
  expect(text).toContain("perform pg_notify(");
  await client.query(text.replace("perform pg_notify(", "-- perform pg_notify("));
  await client.query(`update model_records set params = '{"temperature": 0.25}' where id = 'heated'`);
  await client.query("update model_records set is_active = false where id = 'stopped'");

  expect(await tryChat(server, ada.token, "heated")).toMatchObject({ status: 200 });
  expect(await tryChat(server, ada.token, "stopped")).toStrictEqual({ status: 403, code: "model_inactive" });
  expect(ollama.journal.of("/api/chat").at(-1)?.body).toMatchObject({ options: { temperature: 0.25 } });
});
