import { Migrator } from "@mikro-orm/migrations";
import { defineConfig } from "@mikro-orm/postgresql";
import { entities } from "./entities/entities.ts";
import { migrations } from "./migrations/migrations.ts";

type OrmSettings = {
  readonly url: string;
  readonly poolMax: number;
  readonly applicationName: string;
  /** `0`: none. */
  readonly statementTimeoutMs: number;
};

/** How MikroORM is set up, for the program, the migrations and the schema test alike. */
export function toOrmOptions(settings: OrmSettings) {
  return defineConfig({
    entities,
    extensions: [Migrator],
    clientUrl: settings.url,
    pool: { min: 0, max: settings.poolMax, idleTimeoutMillis: 30_000 },
    driverOptions: {
      application_name: settings.applicationName,
      statement_timeout: settings.statementTimeoutMs,
      connectionTimeoutMillis: 5_000,
    },
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
