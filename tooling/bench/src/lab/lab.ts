import { connect, seedCatalog, startTestCluster, type SeededCatalog } from "@corral/db/testing";
import { migrate } from "@corral/db";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { shareCores, type Cores } from "../cores.ts";
import { startMeasured, type MeasuredProcess } from "../measured-process.ts";
import type { Person } from "./person.ts";
import { startCorral, type CorralServer } from "./start-corral.ts";

/** The catalog that bars 5 to 8 speak of. */
const seedSize = { models: 10_000, users: 5_000, groups: 200, grants: 100_000 };
/** What `seedCatalog` makes of it. */
const seededConnections = 10;
const seededBases = Math.ceil(seedSize.models / 3);
const principals = 200;

/** PostgreSQL with the seeded catalog, the providers behind it, and as many servers on copies of it as a bar needs. */
export interface Lab extends AsyncDisposable {
  readonly cores: Cores;
  /** Its version. */
  readonly postgres: string;
  readonly administrator: Person;
  /** Ordinary members, each in five groups. */
  readonly members: readonly Person[];
  readonly upstreams: MeasuredProcess;
  /** A server whose catalog is settled: every provider was asked. */
  startCorral(env?: Readonly<Record<string, string>>): Promise<CorralServer>;
  /** Another one on the database of the first. */
  joinCorral(first: CorralServer): Promise<CorralServer>;
  /** The catalog by itself, in a process of its own. */
  startCatalog(): Promise<MeasuredProcess>;
  /** A provider of a bar's own, beside the client. */
  startUpstream(file: string): Promise<MeasuredProcess>;
  startFloor(file: string, args?: readonly string[]): Promise<MeasuredProcess>;
}

export async function openLab(): Promise<Lab> {
  const cores = shareCores();
  await using opening = new AsyncDisposableStack();
  const cluster = opening.use(await startTestCluster());
  const template = await createTemplate(cluster.url);
  const upstreams = opening.use(
    await startMeasured({
      name: "upstreams",
      args: [processFile("upstreams.ts"), String(seededConnections), String(seededBases)],
      core: null,
    }),
  );
  const endpoints = await upstreams.ask("urls", z.array(z.string()));
  let copies = 0;
  const start = (databaseUrl: string, env: Readonly<Record<string, string>> = {}): Promise<CorralServer> =>
    startCorral({ databaseUrl, endpoints, core: cores.server, administrator: template.administrator, env });
  const resources = opening.move();
  return {
    cores,
    ...template,
    upstreams,
    async startCorral(env) {
      const database = `bench_${(copies += 1)}`;
      await copyTemplate(cluster.url, database);
      return start(toDatabaseUrl(cluster.url, database), env);
    },
    joinCorral: ({ databaseUrl }) => start(databaseUrl),
    startCatalog: () =>
      startMeasured({
        name: "catalog",
        args: ["--expose-gc", processFile("catalog-lab.ts")],
        core: cores.server,
      }),
    startUpstream: (file) => startMeasured({ name: file, args: [processFile(`${file}.ts`)], core: null }),
    startFloor: (file, args = []) =>
      startMeasured({ name: file, args: [processFile(`${file}.ts`), ...args], core: cores.server }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const templateName = "bench_seeded";

function processFile(name: string): string {
  return join(import.meta.dirname, "../processes", name);
}

async function createTemplate(
  serverUrl: string,
): Promise<Pick<Lab, "administrator" | "members" | "postgres">> {
  await using server = await connect(serverUrl);
  await server.query(`create database ${templateName}`);
  const url = toDatabaseUrl(serverUrl, templateName);
  await migrate(url);
  const { rows } = await server.query<{ postgres: string }>(
    "select current_setting('server_version') as postgres",
  );
  const people = await signIn(url, await seedCatalog({ url }, seedSize));
  return { ...people, postgres: rows[0]?.postgres ?? "" };
}

/** Sessions as a sign-in makes them, without the 55 ms that a password costs. */
async function signIn(
  url: string,
  { administratorId }: SeededCatalog,
): Promise<Pick<Lab, "administrator" | "members">> {
  await using client = await connect(url);
  const { rows } = await client.query<{ id: string }>(
    "select id from users where role = 'user' order by md5(email) limit $1",
    [principals],
  );
  const people = [administratorId, ...rows.map(({ id }) => id)].map((id, at) => {
    const token = `Bench${at}`.padEnd(43, "x");
    return {
      id,
      headers: { authorization: `Bearer ${token}` },
      hash: createHash("sha256").update(token).digest("hex"),
    };
  });
  await client.query(
    `insert into sessions (user_id, token, expires_at)
    select id, token, now() + interval '6 hours' from unnest($1::uuid[], $2::text[]) as person (id, token)`,
    [people.map(({ id }) => id), people.map(({ hash }) => hash)],
  );
  const [administrator, ...members] = people;
  if (administrator === undefined) throw new Error("The seed has no administrator.");
  return { administrator, members };
}

async function copyTemplate(serverUrl: string, name: string): Promise<void> {
  await using server = await connect(serverUrl);
  await server.query(`create database ${name} template ${templateName}`);
}

function toDatabaseUrl(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href;
}
