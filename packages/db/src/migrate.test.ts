import { MikroORM } from "@mikro-orm/postgresql";
import { expect, test } from "vitest";
import { entities } from "./entities/entities.ts";
import { assertSchemaIsCurrent, migrate } from "./migrate.ts";
import { migrations } from "./migrations/migrations.ts";
import { toOrmOptions } from "./orm-options.ts";
import { connect, createTestDatabase } from "./testing/index.ts";

test("migrates to exactly the schema that the entities declare", async () => {
  await using database = await createTestDatabase();
  const orm = await MikroORM.init(
    toOrmOptions({ url: database.url, poolMax: 1, applicationName: "test", statementTimeoutMs: 0 }),
  );

  const drift = await orm.schema.getUpdateSchemaSQL({ wrap: false });
  await orm.close(true);

  expect(drift).toBe("");
});

test("migrates to the very triggers that the entities declare, whose text the schema comparison does not look at", async () => {
  await using database = await createTestDatabase();
  await using client = await connect(database.url);
  const definitions = async () => {
    const { rows } = await client.query<{ name: string; definition: string }>(
      "select tgname as name, pg_get_triggerdef(oid) as definition from pg_trigger where not tgisinternal order by 1",
    );
    return rows.filter(({ name }) => name !== "changes_never_truncated");
  };
  const migrated = await definitions();

  for (const { meta } of entities) {
    for (const trigger of meta.triggers ?? []) {
      await client.query(`drop trigger ${trigger.name} on ${meta.tableName}`);
      await client.query(trigger.expression ?? "");
    }
  }

  expect(migrated.length).toBeGreaterThan(20);
  expect(await definitions()).toEqual(migrated);
});

test("lets one of several processes migrate while the others wait", async () => {
  await using database = await createTestDatabase("template0");

  const counts = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);

  expect(counts.toSorted((left, right) => left - right)).toEqual([0, 0, migrations.length]);
  await assertSchemaIsCurrent(database.url);
});

test("gives up waiting for a process that migrates for ever", async () => {
  await using database = await createTestDatabase("template0");
  await using other = await connect(database.url);
  await other.query("select pg_advisory_lock(4207301)");

  await expect(migrate(database.url, { waitMs: 50 })).rejects.toMatchObject({ code: "schema_locked" });
});

test("refuses a schema that a newer version has migrated", async () => {
  await using database = await createTestDatabase();
  await using client = await connect(database.url);
  await client.query("insert into schema_migrations (name) values ('2999-01-01-future')");

  await expect(migrate(database.url)).rejects.toMatchObject({ code: "schema_too_new" });
  await expect(assertSchemaIsCurrent(database.url)).rejects.toMatchObject({ code: "schema_too_new" });
});

test("refuses to work on a schema that was not migrated yet", async () => {
  await using database = await createTestDatabase("template0");

  await expect(assertSchemaIsCurrent(database.url)).rejects.toMatchObject({ code: "schema_outdated" });
});
