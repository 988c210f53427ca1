import { connect } from "@corral/db/testing";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { z } from "zod";
import { startMeasured, type MeasuredProcess } from "../measured-process.ts";
import { send } from "../run-calls.ts";
import type { Person } from "./person.ts";

/** The real server, as `pnpm start` starts it, on a seeded database. */
export interface CorralServer extends MeasuredProcess {
  readonly databaseUrl: string;
  query<T>(
    path: string,
    input: unknown,
    options: { readonly as: Person; readonly schema: z.ZodType<T> },
  ): Promise<T>;
  mutate<T>(
    path: string,
    input: unknown,
    options: { readonly as: Person; readonly schema: z.ZodType<T> },
  ): Promise<T>;
}

type StartOptions = {
  readonly databaseUrl: string;
  /** Base URLs of the connections, in their order. */
  readonly endpoints: readonly string[];
  readonly core: number | null;
  readonly administrator: Person;
  readonly env: Readonly<Record<string, string>>;
};

const repository = join(import.meta.dirname, "../../../..");
const settleMs = 120_000;

export async function startCorral(options: StartOptions): Promise<CorralServer> {
  const { databaseUrl, endpoints } = options;
  await pointConnections(databaseUrl, endpoints);
  await using starting = new AsyncDisposableStack();
  const server = starting.use(
    await startMeasured({
      name: "corral",
      args: [
        "--disable-proto=delete",
        "--max-semi-space-size=16",
        "--heap-growing-percent=60",
        "--import",
        join(import.meta.dirname, "../processes/watch-server.ts"),
        join(repository, "apps/server/src/main.ts"),
      ],
      env: {
        CORRAL_PORT: "0",
        CORRAL_LOG_LEVEL: "error",
        CORRAL_DRAIN_MS: "500",
        CORRAL_SECRET_KEY: createHash("sha256").update("bench").digest("base64"),
        DATABASE_URL: databaseUrl,
        ...options.env,
      },
      core: options.core,
    }),
  );
  const pool = new Pool(server.url, { connections: 4 });
  starting.defer(() => pool.close());
  const corral: Omit<CorralServer, typeof Symbol.asyncDispose> = {
    ...server,
    databaseUrl,
    async query(path, input, { as, schema }) {
      const answer = await send(pool, { method: "GET", path: toQueryPath(path, input), headers: as.headers });
      return readResult(answer, schema);
    },
    async mutate(path, input, { as, schema }) {
      const headers = { ...as.headers, "content-type": "application/json" };
      const body = input === undefined ? {} : { body: JSON.stringify(input) };
      return readResult(
        await send(pool, { method: "POST", path: `/trpc/${path}`, headers, ...body }),
        schema,
      );
    },
  };
  await waitForProviders(corral, { as: options.administrator, dead: 0, count: endpoints.length });
  const resources = starting.move();
  return { ...corral, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** How a tRPC client writes a query that is not part of a batch. */
export function toQueryPath(path: string, input: unknown): string {
  return `/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
}

function readResult<T>(answer: Buffer, schema: z.ZodType<T>): T {
  const envelope = z.object({ result: z.object({ data: z.unknown() }) });
  return schema.parse(envelope.parse(JSON.parse(answer.toString())).result.data);
}

/** The seeded connections lead nowhere. External ones are listed every ten minutes: once, as far as a bench goes. */
async function pointConnections(databaseUrl: string, endpoints: readonly string[]): Promise<void> {
  await using client = await connect(databaseUrl);
  await client.query(
    `update connections
    set provider = 'openai', connection_type = 'external', url = ($1::text[])[position + 1]`,
    [endpoints],
  );
}

const healthSchema = z.object({
  health: z.array(z.object({ state: z.string(), errorCode: z.string().nullable() })),
});

/** Until so many of the providers have failed and all others have answered. */
export async function waitForProviders(
  corral: Pick<CorralServer, "query" | "mutate">,
  { as, dead, count }: { readonly as: Person; readonly dead: number; readonly count: number },
): Promise<void> {
  const deadline = performance.now() + settleMs;
  while (performance.now() < deadline) {
    const { health } = await corral.query("connections.health", undefined, { as, schema: healthSchema });
    const failed = health.filter(({ errorCode }) => errorCode !== null);
    const ready = health.filter(({ state }) => state === "ready");
    if (failed.length === dead && ready.length === count - dead) return;
    await corral.mutate("models.refresh", undefined, { as, schema: z.unknown() });
    await pause(100);
  }
  throw new Error(`Not every provider answered or failed in time.`);
}
