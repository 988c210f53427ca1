import type { connect } from "@corral/db/testing";
import type { Objects } from "../matrix/row.ts";
import { openBase, type World } from "../matrix/world.ts";
import type { FuzzedDoor } from "./fuzzed-doors.ts";
import type { Names } from "./names.ts";

type Database = Awaited<ReturnType<typeof connect>>;

/** Looks after what all doors need: a door may take away whatever there is. */
export type Keeper = {
  /** What rows and inputs name. */
  readonly objects: () => Objects;
  /** What the inputs of a door may name now. */
  readonly readNames: (door: FuzzedDoor) => Promise<Names>;
  /** Puts back what a door has taken away from the others. */
  readonly repair: () => Promise<void>;
};

/** What must stay as it is, to everybody. */
type Kept = { readonly addresses: readonly string[]; readonly connections: readonly string[] };

const upstreamModels = [openBase, "quiet-base:7b", "gone-base:7b"];
/** The other provider's. */
const otherModels = ["loud-base-1"];
/** To these, a connection is something to change. */
const connectionChanges = /^connections\.(?:update|delete|restore)/u;

const keyChanges = /^keys\.(?:update|roll|delete)$/u;

const coreState = `
  select coalesce(string_agg(line, '|' order by line), '') as state from (
    select concat_ws(' ', id, is_active, access_kind, owner_id, base_id) as line from model_records where id like 'matrix-%'
    union all select concat_ws(' ', id, is_active) from model_records where id = 'fuzz-model'
    union all select concat_ws(' ', override_of, is_active, access_kind) from model_records where kind = 'override'
    union all select concat_ws(' ', 'alias', id) from aliases
    union all select concat_ws(' ', 'lifecycle', uid) from model_lifecycles
    union all select concat_ws(' ', 'policy', uid) from discovery_policies
    union all select 'base name' from base_name_overrides
    union all select concat_ws(' ', 'setting', key, value) from settings
    union all select concat_ws(' ', 'connection', uid, name, slug, url, enabled, prefix, tags, models, params,
      default_visibility) from connections where archived_at is null
    union all select 'many' from model_records having count(*) > 300
  ) as lines`;

export async function createKeeper(world: World, database: Database, kept: Kept): Promise<Keeper> {
  const { ada } = world;
  let models = await remakeModels(world, database);
  let turn = 0;
  const settings = await ada.trpc.settings.get.query();
  const { connections } = await ada.trpc.connections.list.query();
  const readState = async () => (await database.query<{ state: string }>(coreState)).rows[0]?.state;
  const state = await readState();
  const keys = await listKeys(database, world.owner.id);
  const objects = (): Objects => ({ ...world.objects, ...models });

  return {
    objects,
    async readNames(door) {
      turn += 1;
      if (connectionChanges.test(door.name)) await addConnection(world, `spare-${turn}`);
      if (keyChanges.test(door.name)) await replaceObjectKey(world, database, keys);
      return {
        ...objects(),
        ...(await readStored(database, kept, door)),
        addresses: kept.addresses,
        fresh: `fuzz-${turn}`,
      };
    },
    async repair() {
      world.ollama.setModels(upstreamModels);
      if ((await readState()) === state) return;
      await ada.trpc.settings.update.mutate(settings);
      await readyDeleted(database, connections);
      await repairConnections(world, connections);
      models = await remakeModels(world, database);
    },
  };
}

/** Nobody may have any number of keys: what the last inputs were about goes. */
async function replaceObjectKey(world: World, database: Database, kept: readonly string[]): Promise<void> {
  await database.query("delete from api_keys where user_id = $1 and id <> all($2)", [world.owner.id, kept]);
  await world.remakeObjectKey();
}

async function listKeys(database: Database, userId: string): Promise<readonly string[]> {
  const { rows } = await database.query<{ id: string }>("select id from api_keys where user_id = $1", [
    userId,
  ]);
  return rows.map(({ id }) => id);
}

async function addConnection({ ada, ollama }: World, slug: string): Promise<void> {
  const connection = { provider: "ollama" as const, name: slug, slug, prefix: slug, url: ollama.url };
  await ada.trpc.connections.create.mutate(connection);
}

type Saved = Awaited<ReturnType<World["ada"]["trpc"]["connections"]["list"]["query"]>>["connections"];

/**
 * Of deleted connections only so many can be restored, each with the address that it had: what came since must not push
 * out what was there, and that has its first address.
 */
async function readyDeleted(database: Database, saved: Saved): Promise<void> {
  await database.query("delete from connections where archived_at is not null and uid <> all($1)", [
    saved.map(({ uid }) => uid),
  ]);
  for (const { uid, url } of saved) {
    await database.query("update connections set url = $2 where archived_at is not null and uid = $1", [
      uid,
      url,
    ]);
  }
}

/** Deletes what came since, and makes the others what they were. */
async function repairConnections({ ada }: World, saved: Saved): Promise<void> {
  const { connections } = ada.trpc;
  const stored = new Map((await connections.list.query()).connections.map((one) => [one.uid, one]));
  for (const uid of stored.keys()) {
    if (!saved.some((one) => one.uid === uid)) await connections.delete.mutate({ uid });
  }
  for (const { uid, name, slug, url, enabled, prefix, tags, models, params, defaultVisibility } of saved) {
    const fields = { uid, name, slug, url, enabled, prefix, tags, models, params, defaultVisibility };
    if (!stored.has(uid)) await connections.restore.mutate(fields);
    else await connections.update.mutate({ ...fields, revision: stored.get(uid)?.revision ?? 0 });
    await connections.refresh.mutate({ uid });
  }
}

async function readStored(database: Database, kept: Kept, door: FuzzedDoor) {
  const { rows } = await database.query<Record<(typeof listed)[number][0], string[]>>(
    `select ${listed.map(([name, ids]) => `array(${ids}) as "${name}"`).join(", ")}`,
  );
  const [stored] = rows;
  if (stored === undefined) throw new Error("The database did not say what there is.");
  return {
    ...stored,
    models: [
      "fuzz-model",
      "matrix-target",
      "matrix-other",
      openBase,
      "gone-base:7b",
      "loud-base-1",
      "matrix-alias",
    ],
    connections: connectionChanges.test(door.name) ? stored.spare : [...kept.connections, ...stored.spare],
    revisions: [1, ...stored.revisions.map(Number)],
  };
}

const listed = [
  ["users", "select id from users where email like 'victim%' and status = 'active' order by id limit 5"],
  ["groups", "select id from groups where name <> 'Readers' order by created_at desc limit 4"],
  ["spare", "select uid from connections where slug like 'spare-%' order by created_at desc limit 4"],
  ["policies", "select uid from discovery_policies limit 4"],
  ["identityProviders", "select id from identity_providers limit 4"],
  ["scimTokens", "select id from scim_tokens where name <> 'Fuzz' limit 4"],
  ["invitations", "select id from account_links limit 4"],
  ["sessions", "select id from sessions limit 4"],
  [
    "revisions",
    `(select revision::text from model_records order by updated_at desc limit 5)
      union (select revision::text from connections limit 4) union (select revision::text from aliases limit 3)
      union (select revision::text from discovery_policies limit 3)
      union (select revision::text from identity_providers limit 3)`,
  ],
] as const;

/** Deletes all models, also those made on a provider, with what was said about them; makes the seeds' anew. */
async function remakeModels(
  { ada, owner, objects }: World,
  database: Database,
): Promise<Pick<Objects, "modelUid" | "pin">> {
  await clearModels(ada, database);
  await ada.trpc.models.update.mutate({ id: "quiet-base:7b", access: { kind: "private" } });
  const own = { name: "Own", baseModelId: openBase };
  const target = await owner.trpc.models.create.mutate({ ...own, id: objects.model });
  await owner.trpc.models.create.mutate({ ...own, id: "matrix-upper", baseModelId: objects.model });
  await owner.trpc.models.create.mutate({ ...own, id: "matrix-other" });
  await ada.trpc.models.create.mutate({ ...own, id: "fuzz-model", access: { kind: "public" } });
  await ada.trpc.models.update.mutate({
    id: objects.model,
    revision: target.revision ?? 0,
    access: {
      kind: "restricted",
      read: { groupIds: [objects.group], userIds: [objects.user] },
      write: { groupIds: [], userIds: [] },
    },
  });
  await ada.trpc.aliases.create.mutate({ id: objects.alias, targets: [{ id: objects.model }] });
  const { uid: pin } = await owner.trpc.models.pins.set.mutate({
    id: objects.model,
    revision: 1,
    target: { kind: "user", userId: objects.user },
  });
  return { modelUid: target.uid, pin };
}

async function clearModels({ trpc }: World["ada"], database: Database): Promise<void> {
  for (const { id } of (await trpc.aliases.list.query()).aliases) await trpc.aliases.delete.mutate({ id });
  for (const { uid } of (await trpc.policies.list.query()).policies)
    await trpc.policies.delete.mutate({ uid });
  for (const { name } of (await trpc.baseNames.list.query()).baseNames)
    await trpc.baseNames.delete.mutate({ name });
  const ended = await database.query<{ id: string }>(
    "select b.public_id as id from model_lifecycles l join base_models b on b.uid = l.base_uid",
  );
  for (const { id } of ended.rows) await trpc.models.reinstate.mutate({ id });
  const { rows } = await database.query<{ total: number }>(
    "select count(*)::int as total from model_records",
  );
  const expectedTotal = rows[0]?.total ?? 0;
  if (expectedTotal > 0) await trpc.models.deleteAll.mutate({ expectedTotal });
  await database.query("delete from base_models where public_id <> all($1)", [
    [...upstreamModels, ...otherModels],
  ]);
}
