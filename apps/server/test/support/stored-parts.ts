import { connect } from "@corral/db/testing";

type Client = Awaited<ReturnType<typeof connect>>;

/** The lines of what is stored, one text for each part that a single transaction writes. */
export type StoredParts = Readonly<Record<string, string>>;

/** Reads parts on one connection. */
export async function readParts<K extends string>(
  databaseUrl: string,
  readers: Readonly<Record<K, (client: Client) => Promise<string>>>,
): Promise<Readonly<Record<K, string>>> {
  await using client = await connect(databaseUrl);
  const parts: [string, string][] = [];
  for (const [name, read] of Object.entries<(client: Client) => Promise<string>>(readers)) {
    parts.push([name, await read(client)]);
  }
  return Object.fromEntries(parts) as Record<K, string>; // safe: the readers' own keys
}

/**
 * Everything that a write of models leaves behind: rows, grants, names, versions, log and owner marks, without the uids,
 * times and numbers that differ from run to run.
 */
const modelLines = `
  with r as (select *, coalesce(id, override_of::text) as called from model_records
    where $1::text[] is null or id = any($1)),
  logged as (select c.*, r.called from changes c left join r on r.uid::text = c.target_uid
    where target_kind = 'record' and ($1::text[] is null or r.uid is not null))
  select concat_ws('|', 'row', called, name, base_base_uid, (select id from model_records b where b.uid = r.base_record_uid),
    base_access, owner_id, params, param_modes, meta, access_kind, is_active, revision) as line from r
  union all select concat_ws('|', 'grant', r.called, level, group_id, user_id)
    from record_grants g join r on r.uid = g.record_uid
  union all select concat_ws('|', 'name', key, display, r.called) from public_names n join r on r.uid = n.record_uid
  union all select concat_ws('|', 'log', called, revision, actor_id, action, (before - $2::text[])::text, (after - $2::text[])::text)
    from logged
  union all select concat_ws('|', 'number', count(distinct n)) from logged
  union all select concat_ws('|', 'mark', m.name, m.source, m.applied)
    from owner_marks m join r on m.target_kind = 'model' and m.target_uid = r.uid::text
  union all select concat_ws('|', 'operation', kind, state, total, counts) from operations where $1::text[] is null
`;

/** Of an object of another kind: its rows, its lines in the log and its mark. */
const objectLines = `
  select concat_ws('|', 'log', actor_id, action, (before - $2::text[])::text, (after - $2::text[])::text) as line
    from changes where target_kind = $1
  union all select concat_ws('|', 'mark', name, source, applied) from owner_marks where target_kind = $1
  union all select concat_ws('|', 'group', name, description) from groups where $1 = 'group'
  union all select concat_ws('|', 'member', group_id, user_id) from group_members where $1 = 'group'
  union all select concat_ws('|', 'policy', name, position, enabled, match, actions, revision)
    from discovery_policies where $1 = 'policy'
  union all select concat_ws('|', 'alias', id, description, revision) from aliases where $1 = 'alias'
  union all select concat_ws('|', 'target', position, base_uid, record_uid, target_id, weight)
    from alias_targets where $1 = 'alias'
`;

const changing = ["id", "uid", "record_uid", "alias_uid", "base_record_uid", "created_at", "updated_at"];

/** @param ids Of custom models; absent for all there are, and the operations that wrote them. */
export function readModels(ids: readonly string[] | null = null) {
  return (client: Client): Promise<string> => readLines(client, modelLines, [ids, changing]);
}

export function readObjects(kind: "group" | "policy" | "alias") {
  return (client: Client): Promise<string> => readLines(client, objectLines, [kind, changing]);
}

async function readLines(client: Client, lines: string, values: readonly unknown[]): Promise<string> {
  const { rows } = await client.query<{ text: string | null }>(
    `select string_agg(line, E'\\n' order by line) as text from (${lines}) as lines`,
    [...values],
  );
  return rows[0]?.text ?? "";
}
