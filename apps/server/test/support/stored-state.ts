import { connect } from "@corral/db/testing";

/** Tables and columns that only people's requests change; discovery and the use of a credential go on beside them. */
const parts = [
  "select 'users', md5(string_agg(t::text, '|' order by id)) from users t",
  "select 'accounts', md5(string_agg(t::text, '|' order by id)) from accounts t",
  "select 'sessions', md5(string_agg(id::text || token, '|' order by id)) from sessions",
  "select 'api_keys', md5(string_agg(id::text || key_hash || coalesce(revoked_at::text, ''), '|' order by id)) from api_keys",
  ...[
    "groups",
    "group_members",
    "settings",
    "images",
    "public_names",
    "model_records",
    "record_grants",
    "connection_grants",
    "connections",
    "identity_providers",
    "scim_tokens",
    "scim_users",
    "scim_groups",
    "two_factors",
    "passkeys",
  ].map((table) => `select '${table}', md5(string_agg(t::text, '|' order by t::text)) from ${table} t`),
  "select 'changes', count(*)::text from changes where action <> 'connections.refresh'",
];

export type StoredState = Readonly<Record<string, string | null>>;

/** A fingerprint of everything that a request could have changed, by table. */
export async function readStoredState(databaseUrl: string): Promise<StoredState> {
  await using database = await connect(databaseUrl);
  // awaited: the connection ends with this function
  return await readStoredStateOn(database);
}

/** {@link readStoredState}, many times over one connection. */
export async function readStoredStateOn(database: Awaited<ReturnType<typeof connect>>): Promise<StoredState> {
  const { rows } = await database.query<{ table: string; hash: string | null }>(
    // the parts of a large database are read side by side, and would come in any order
    `select * from (${parts.join(" union all ")}) as state ("table", hash) order by 1`,
  );
  return Object.fromEntries(rows.map(({ table, hash }) => [table, hash]));
}
