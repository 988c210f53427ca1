import { Migrator } from "@mikro-orm/migrations";
import { defineConfig } from "@mikro-orm/postgresql";
import { entities } from "./entities/entities.ts";
import { migrations } from "./migrations/migrations.ts";
import { PooledDialect, type PoolSettings } from "./postgres-dialect.ts";

/** How MikroORM is set up, for the program, the migrations and the schema test alike. */
export function toOrmOptions(settings: PoolSettings) {
  return defineConfig({
    entities,
    extensions: [Migrator],
    clientUrl: settings.url,
    driverOptions: new PooledDialect(settings),
    forceUtcTimezone: true,
    // Functions of the change log are ours; the comparison of schemas knows tables and triggers.
    schemaGenerator: { ignoreRoutines: true },
    migrations: {
      tableName: "schema_migrations",
      migrationsList: [...migrations],
      snapshot: false,
      silent: true,
    },
  });
}
