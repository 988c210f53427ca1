import { connect } from "@corral/db/testing";

/** Everything that a write of models leaves behind, without the times and numbers that differ from run to run. */
const parts = [
  `select 'rows', md5(string_agg(concat_ws('|', uid, id, name, base_base_uid, base_record_uid, base_access, owner_id, params,
     param_modes, meta, access_kind, is_active, revision), E'\\n' order by uid)) from model_records`,
  `select 'grants', md5(string_agg(concat_ws('|', record_uid, level, group_id, user_id), E'\\n'
     order by record_uid, level, group_id, user_id)) from record_grants`,
  `select 'names', md5(string_agg(concat_ws('|', key, display, record_uid), E'\\n' order by key)) from public_names`,
  `select 'log', md5(string_agg(line, E'\\n' order by line)) from (
     select concat_ws('|', target_uid, revision, actor_id, action, before - 'updated_at' - 'id',
       after - 'updated_at' - 'id') as line
     from changes where target_kind = 'record') lines`,
  `select 'numbers', string_agg(concat_ws('|', action, count), E'\\n' order by action) from (
     select action, count(distinct n) from changes where target_kind = 'record' group by 1) numbers`,
  `select 'operations', string_agg(concat_ws('|', kind, state, total, counts, jsonb_array_length(c.results)), E'\\n')
     from operations o join operation_chunks c on c.operation_id = o.id`,
];

export type ModelState = Readonly<Record<string, string | null>>;

/** A fingerprint of the models, their rights, versions and log, by part. */
export async function readModelState(databaseUrl: string): Promise<ModelState> {
  await using database = await connect(databaseUrl);
  const { rows } = await database.query<{ part: string; hash: string | null }>(
    `select * from (${parts.join(" union all ")}) as state (part, hash)`,
  );
  return Object.fromEntries(rows.map(({ part, hash }) => [part, hash]));
}
