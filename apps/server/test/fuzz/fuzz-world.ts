import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "@corral/db/testing";
import { startSimulatedOpenAI, type Fault } from "@corral/simulated-providers";
import { startWorld, type World } from "../matrix/world.ts";
import { clientFor } from "../support/people.ts";
import { createKeeper, type Keeper } from "./create-keeper.ts";
import type { FuzzedDoor } from "./fuzzed-doors.ts";
import { startForkedServer, type ForkedServer } from "./start-forked-server.ts";

type Database = Awaited<ReturnType<typeof connect>>;

/** Somebody who is there for one door, and may end with it. */
export type Passerby = { readonly id: string; readonly token: string };

/** The matrix's world in a process of its own, with people to spare. */
export interface FuzzWorld extends AsyncDisposable, Keeper {
  readonly world: World;
  readonly server: ForkedServer;
  readonly database: Database;
  /** An administrator or a member of the door's own; with each call another one where the door ends whoever calls it. */
  readonly passerby: (door: FuzzedDoor, role: "admin" | "user") => Passerby;
  /** The credential that opens SCIM. */
  readonly scimToken: string;
  /** From now on all providers fail in this way; without one, none does any more. */
  readonly breakProviders: (fault?: Fault) => Promise<void>;
}

/** Whoever calls these is signed out, locked out or somebody else afterwards. */
const ending =
  /^(?:auth\.(?:signOut|endSession|changePassword|secondFactor)|sso\.signOut)|\/auths\/(?:signout|update\/password)/u;
const reading = "all doors that read";
const peoplePerEndingDoor = 20;

export async function startFuzzWorld(doors: readonly FuzzedDoor[]): Promise<FuzzWorld> {
  await using starting = new AsyncDisposableStack();
  const openai = starting.use(await startSimulatedOpenAI({ models: ["loud-base-1"] }));
  let forked: ForkedServer | undefined;
  const world = starting.use(
    await startWorld(async (source, dashboard) => (forked = await startForkedServer(source, dashboard))),
  );
  if (forked === undefined) throw new Error("The world did not start a server.");
  const { ada } = world;
  const loud = await ada.trpc.connections.create.mutate({
    provider: "openai",
    name: "Loud",
    slug: "loud",
    prefix: null,
    url: openai.baseUrl,
    defaultVisibility: { kind: "public" },
  });
  await ada.trpc.connections.refresh.mutate({ uid: loud.uid });
  await ada.trpc.settings.update.mutate({ signUpOpen: true });
  const { secret: scimToken } = await ada.trpc.scim.tokens.create.mutate({ name: "Fuzz" });
  const database = starting.use(await connect(world.server.databaseUrl));
  const passersby = await makePassersby(world, database, doors);
  const connections = [world.objects.connection, loud.uid];
  const keeper = await createKeeper(world, database, {
    addresses: [world.ollama.url, openai.baseUrl],
    connections,
  });
  const resources = starting.move();
  return {
    world,
    server: forked,
    database,
    scimToken,
    passerby: passersby,
    ...keeper,
    async breakProviders(fault) {
      for (const { faults } of [world.ollama, openai]) {
        if (fault === undefined) faults.clear();
        else faults.set({ fault });
      }
      // saved again, their circuits begin anew
      for (const { uid, revision } of (await ada.trpc.connections.list.query()).connections)
        await ada.trpc.connections.update.mutate({ uid, revision });
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Through the database, since hashing hundreds of passwords would take most of the time there is. */
async function makePassersby(
  world: World,
  database: Database,
  doors: readonly FuzzedDoor[],
): Promise<FuzzWorld["passerby"]> {
  // who only reads shares one
  const writers = [...doors.filter(({ isReading }) => !isReading).map(({ name }) => name), reading];
  const made = writers.flatMap((name) =>
    (["admin", "user"] as const).flatMap((role) => {
      const count = role === "admin" && ending.test(name) ? peoplePerEndingDoor : 1;
      return Array.from({ length: count }, () => ({
        door: name,
        role,
        id: randomUUID(),
        token: makeToken(),
      }));
    }),
  );
  await database.query(
    `with people as (
      select * from jsonb_to_recordset($1::jsonb) as t (id uuid, role text, hash text)
    ), own as (select password from accounts where password is not null limit 1),
    made as (
      insert into users (id, name, email, role) select id, 'Passerby', id || '@example.com', role from people returning id
    ), secured as (
      insert into accounts (user_id, account_id, provider_id, password) select id, id, 'credential', own.password from made, own
    )
    insert into sessions (user_id, token, expires_at) select id, hash, now() + interval '1 hour' from people`,
    [JSON.stringify(made.map(({ id, role, token }) => ({ id, role, hash: sha256(token) })))],
  );
  // whom any door may do away with
  await database.query(
    `insert into users (name, email, role)
      select 'Victim', 'victim-' || n || '@example.com', 'user' from generate_series(1, 200) as n`,
  );
  await database.query("insert into groups (name) select 'Spare ' || n from generate_series(1, 200) as n");
  await untilKnown(world, made.at(-1)?.token ?? "");
  for (const { token } of made.filter(({ door }) => door === reading))
    await clientFor(world.server.url, token).keys.replaceDefault.mutate();
  const waiting = Map.groupBy(made, ({ door, role }) => `${role} ${door}`);
  const turns = new Map<string, number>();
  return (door, role) => {
    const whose = `${role} ${door.isReading ? reading : door.name}`;
    const own = waiting.get(whose) ?? [];
    const turn = turns.get(whose) ?? 0;
    turns.set(whose, turn + 1);
    const found = own[turn % own.length];
    if (found === undefined) throw new Error(`Nobody was made for ${door.name}.`);
    return found;
  };
}

async function untilKnown({ server }: World, token: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${server.url}/trpc/auth.session`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (answer.status === 200) return;
    await answer.text();
    await pause(50);
  }
}

function makeToken(): string {
  return `${randomUUID()}${randomUUID()}`.replaceAll("-", "").slice(0, 43);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
