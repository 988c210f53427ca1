import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connect, createTestDatabase } from "@corral/db/testing";

/*
 * Databases of Open WebUI, built from the tables that are described of it: old ones keep access in a column of `model`
 * and members in one of `group`, new ones have tables for both.
 */

export const dumpShapes = ["old", "new"] as const;
export const dumpEngines = ["sqlite", "postgres"] as const;
export type DumpKind = {
  readonly shape: (typeof dumpShapes)[number];
  readonly engine: (typeof dumpEngines)[number];
};

type Ids = { readonly user_ids?: readonly string[]; readonly group_ids?: readonly string[] };

/** Who may use a model, as the older versions say it. */
export type ForeignAccess = null | { readonly read?: Ids; readonly write?: Ids };

export type ForeignModel = {
  readonly id: string | null;
  readonly user_id?: string | null;
  readonly base_model_id?: string | null;
  readonly name?: string;
  /** A text is written as it is, whether or not it is JSON; `null` as SQL's. */
  readonly params?: object | string | null;
  readonly meta?: object | string | null;
  readonly access?: ForeignAccess;
  /** Instead of `access`: what the column of the old shape holds, as text. */
  readonly control?: string;
  /** Beside `access`: grants of the new shape that the old one has no words for. */
  readonly grants?: readonly { readonly type: string; readonly id: string; readonly permission: string }[];
  readonly is_active?: boolean;
};

export type ForeignGroup = {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly members: readonly string[];
  readonly permissions?: object;
};

export type ForeignData = {
  readonly users: readonly { readonly id: string; readonly email: string }[];
  readonly groups: readonly ForeignGroup[];
  readonly models: readonly ForeignModel[];
  /** Rows about nothing that is there, and about other things than models. */
  readonly strayGrants?: readonly { readonly type: string; readonly id: string }[];
};

/** A database to import from: a path or an address. */
export type Dump = AsyncDisposable & { readonly from: string };

/** @param folder Where a file of SQLite may stand. */
export async function buildDump(kind: DumpKind, data: ForeignData, folder: string): Promise<Dump> {
  const statements = [...createTables(kind), ...insertAll(kind, data)];
  if (kind.engine === "sqlite") {
    const from = join(folder, `${kind.shape}.db`);
    const database = new DatabaseSync(from);
    for (const { sql, values } of statements) database.prepare(sql).run(...values.map(toSqlite));
    database.close();
    return { from, [Symbol.asyncDispose]: async () => undefined };
  }
  const { url, ...database } = await createTestDatabase("template0");
  await using client = await connect(url);
  for (const { sql, values } of statements) {
    let at = 0;
    await client.query(
      sql.replaceAll("?", () => `$${(at += 1)}`),
      [...values],
    );
  }
  return { from: url, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

type Value = string | number | boolean | null;
type Statement = { readonly sql: string; readonly values: readonly Value[] };

function toSqlite(value: Value): string | number | null {
  return typeof value === "boolean" ? Number(value) : value;
}

function createTables({ shape, engine }: DumpKind): readonly Statement[] {
  const isOld = shape === "old";
  const json = engine === "sqlite" ? "json" : isOld ? "json" : "jsonb";
  // the older versions keep JSON in columns of text, also in PostgreSQL
  const settings = engine === "postgres" && !isOld ? "jsonb" : "text";
  const tables = [
    `create table "user" (id varchar primary key, name varchar, email varchar, role varchar, profile_image_url text,
      last_active_at bigint, updated_at bigint, created_at bigint)`,
    `create table "group" (id text primary key, user_id text, name text, description text, data ${json},
      meta ${json}, permissions ${json}, ${isOld ? `user_ids ${json},` : ""} created_at bigint, updated_at bigint)`,
    `create table model (id text primary key, user_id text, base_model_id text, name text, params ${settings},
      meta ${settings}, ${isOld ? `access_control ${json},` : ""} is_active boolean, updated_at bigint,
      created_at bigint)`,
    ...(isOld
      ? []
      : [
          `create table group_member (id text primary key, group_id text, user_id text, created_at bigint,
            updated_at bigint)`,
          `create table access_grant (id text primary key, resource_type text, resource_id text,
            principal_type text, principal_id text, permission text, created_at bigint,
            unique (resource_type, resource_id, principal_type, principal_id, permission))`,
        ]),
  ];
  return tables.map((sql) => ({ sql, values: [] }));
}

/** Nanoseconds: more than a number of JavaScript holds. */
const someTime = "1763900000123456789";

function insertAll({ shape }: DumpKind, data: ForeignData): readonly Statement[] {
  const isOld = shape === "old";
  const times = { created_at: someTime, updated_at: someTime };
  const users = data.users.map((user) => insert("user", { ...user, name: user.id, role: "user", ...times }));
  const groups = data.groups.flatMap(({ id, name, description = "", members, permissions = {} }) => [
    insert("group", {
      id,
      user_id: "u-ada",
      name,
      description,
      data: JSON.stringify({ config: { share: true } }),
      meta: null,
      permissions: JSON.stringify(permissions),
      ...(isOld && { user_ids: JSON.stringify(members) }),
      ...times,
    }),
    ...(isOld
      ? []
      : members.map((member) =>
          insert("group_member", { id: `${id}/${member}`, group_id: id, user_id: member, ...times }),
        )),
  ]);
  const models = data.models.flatMap((model) => insertModel(model, isOld));
  const strays = (data.strayGrants ?? []).map(({ type, id }) => toGrant(type, id, ["user", "*", "read"]));
  return [...users, ...groups, ...models, ...(isOld ? [] : strays)];
}

function insertModel(model: ForeignModel, isOld: boolean): readonly Statement[] {
  const { id, access = {}, control, grants = [], is_active: isActive = true } = model;
  const row = insert("model", {
    id,
    user_id: model.user_id === undefined ? "u-ada" : model.user_id,
    base_model_id: model.base_model_id ?? null,
    name: model.name ?? id,
    params: toColumn(model.params === undefined ? {} : model.params),
    meta: toColumn(
      model.meta === undefined ? { profile_image_url: "/static/favicon.png", description: null } : model.meta,
    ),
    ...(isOld && { access_control: control ?? (access === null ? null : JSON.stringify(access)) }),
    is_active: isActive,
    updated_at: someTime,
    created_at: someTime,
  });
  if (isOld || id === null) return [row];
  const all = [
    ...toGrants(access),
    ...grants.map(({ type, id: who, permission }) => [type, who, permission]),
  ];
  return [row, ...all.map((grant) => toGrant("model", id, grant))];
}

/** As the newer version's own migration did it. */
function toGrants(access: ForeignAccess): readonly (readonly string[])[] {
  if (access === null) return [["user", "*", "read"]];
  return (["read", "write"] as const).flatMap((permission) => [
    ...(access[permission]?.user_ids ?? []).map((id) => ["user", id, permission]),
    ...(access[permission]?.group_ids ?? []).map((id) => ["group", id, permission]),
  ]);
}

function toGrant(
  resource: string,
  id: string,
  [type = "", who = "", permission = ""]: readonly string[],
): Statement {
  return insert("access_grant", {
    id: [resource, id, type, who, permission].join("/"),
    resource_type: resource,
    resource_id: id,
    principal_type: type,
    principal_id: who,
    permission,
    created_at: someTime,
  });
}

function insert(table: string, row: Readonly<Record<string, Value>>): Statement {
  const columns = Object.keys(row).map((name) => `"${name}"`);
  return {
    sql: `insert into "${table}" (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`,
    values: Object.values(row),
  };
}

function toColumn(value: object | string | null): string | null {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
