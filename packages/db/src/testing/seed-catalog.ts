import { connect } from "./connect.ts";

export type SeedSize = {
  /** Base models (a third of them) and custom models together. */
  readonly models: number;
  readonly users: number;
  readonly groups: number;
  /** Spread evenly over the records that are restricted. */
  readonly grants: number;
};

export type SeededCatalog = { readonly administratorId: string; readonly memberIds: readonly string[] };

/**
 * Fills a migrated database with a catalog of a given size, always the same one. Every user is in five groups; of ten
 * records one is public, one private, and the others are restricted.
 *
 * Made by the server itself in one transaction, which stands in the change log as a single `reload`.
 */
export async function seedCatalog(
  database: { readonly url: string },
  size: SeedSize,
): Promise<SeededCatalog> {
  await using client = await connect(database.url);
  const bases = Math.ceil(size.models / 3);
  await client.query("begin");
  await client.query(
    "select set_config('corral.reload', 'on', true), set_config('corral.actor', 'system', true)",
  );
  await client.query(uids);
  await client.query(people, [size.users]);
  await client.query(groups, [size.groups]);
  await client.query(members, [size.users, size.groups]);
  await client.query(connections);
  await client.query(baseModels, [bases]);
  await client.query(placements, [bases]);
  await client.query(baseNames);
  await client.query(overrides, [bases]);
  await client.query(customModels, [size.models - bases, bases, size.users]);
  await client.query(customNames);
  await client.query(grants, [size.grants, size.groups, size.users]);
  await client.query("commit");
  await client.query("analyze");
  const { rows } = await client.query<{ id: string }>(
    "select id from users where role = 'user' order by email limit 20",
  );
  const administrator = await client.query<{ id: string }>(
    "select id from users where role = 'admin' limit 1",
  );
  return { administratorId: administrator.rows[0]?.id ?? "", memberIds: rows.map(({ id }) => id) };
}

/** The same valid (version 4) uuid for the same text. */
const uids = `
  create function pg_temp.uid(text) returns uuid language sql immutable as $$
    select overlay(overlay(md5($1) placing '4' from 13) placing '8' from 17)::uuid
  $$
`;
const people = `
  insert into users (id, name, email, email_verified, role)
  select pg_temp.uid('user ' || i), 'User ' || i, 'user' || i || '@example.test', true,
    case i when 1 then 'admin' else 'user' end
  from generate_series(1, $1::int) i
`;
const groups = `
  insert into groups (id, name, description)
  select pg_temp.uid('group ' || i), 'Group ' || i, 'Team number ' || i from generate_series(1, $1::int) i
`;
const members = `
  insert into group_members (group_id, user_id)
  select distinct pg_temp.uid('group ' || 1 + (u + k * (1 + u % 37)) % $2::int), pg_temp.uid('user ' || u)
  from generate_series(1, $1::int) u, generate_series(0, 4) k
`;
const connections = `
  insert into connections (
    uid, slug, name, provider, url, auth_type, connection_type, models, params, timeouts, position, default_visibility
  )
  select pg_temp.uid('connection ' || i), 'seed-' || i, 'Seeded ' || i, case when i % 2 = 0 then 'ollama' else 'openai' end,
    'http://127.0.0.1:' || 9 + i, 'none', 'local', '{"mode":"all"}', '{}', '{}', i,
    case i % 3 when 0 then 'public' else 'private' end
  from generate_series(0, 9) i
`;
const baseModels = `
  insert into base_models (uid, public_id, name_key, merge_key, first_seen_at, changed_at)
  select pg_temp.uid('base ' || i), 'base-' || i, 'base-' || i, case when i % 2 = 0 then '/base-' || i end, now(), now()
  from generate_series(1, $1::int) i
`;
const placements = `
  insert into placements (base_uid, connection_uid, upstream_id, facts)
  select pg_temp.uid('base ' || i), pg_temp.uid('connection ' || i % 10), 'base-' || i, jsonb_build_object(
    'capabilities', jsonb_build_array('completion', 'tools'), 'contextLength', 8192, 'family', 'family-' || i % 20
  )
  from generate_series(1, $1::int) i
`;
const baseNames = `
  insert into public_names (key, display, base_uid) select name_key, public_id, uid from base_models
`;
const overrides = `
  insert into model_records (uid, kind, name, override_of, params, param_modes, meta, access_kind)
  select pg_temp.uid('override ' || i), 'override', 'Base ' || i, pg_temp.uid('base ' || i), '{}', '{}',
    jsonb_build_object('description', 'Settings of base ' || i),
    case i % 10 when 0 then 'public' when 1 then 'inherit' else 'restricted' end
  from generate_series(1, $1::int, 3) i
`;
const customModels = `
  insert into model_records (
    uid, kind, id, name, base_base_uid, base_id, owner_id, created_by, params, param_modes, meta, access_kind
  )
  select pg_temp.uid('custom ' || i), 'custom', 'custom-' || i, 'Custom ' || i, pg_temp.uid('base ' || 1 + i % $2::int),
    'base-' || 1 + i % $2::int, pg_temp.uid('user ' || 1 + i % $3::int), pg_temp.uid('user ' || 1 + i % $3::int),
    jsonb_build_object('temperature', 0.7, 'system', 'You are assistant number ' || i || '.'), '{}',
    jsonb_build_object(
      'description', 'What custom model ' || i || ' is for',
      'tags', jsonb_build_array(jsonb_build_object('name', 'tag-' || i % 50)),
      'capabilities', jsonb_build_object('vision', i % 4 = 0)
    ),
    case i % 10 when 0 then 'public' when 1 then 'private' else 'restricted' end
  from generate_series(1, $1::int) i
`;
const customNames = `
  insert into public_names (key, display, record_uid) select id, id, uid from model_records where kind = 'custom'
`;
const grants = `
  with targets as (
    select uid, row_number() over (order by uid) - 1 as at, count(*) over () as total
    from model_records where access_kind = 'restricted'
  ), wanted as (
    select t.uid, t.at, g / t.total as turn, case when g / t.total % 5 = 4 then 'write' else 'read' end as level
    from generate_series(0, $1::int - 1) g
    join targets t on t.at = g % (select max(total) from targets)
  )
  insert into record_grants (record_uid, level, group_id, user_id)
  select uid, level,
    case when turn % 2 = 0 then pg_temp.uid('group ' || 1 + (at * 7 + turn) % $2::int) end,
    case when turn % 2 = 1 then pg_temp.uid('user ' || 1 + (at * 13 + turn) % $3::int) end
  from wanted
  on conflict do nothing
`;
