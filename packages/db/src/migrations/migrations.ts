import { InitialMigration } from "./initial-migration.ts";

/** In the order in which they run. A merged one is never edited. */
export const migrations = [{ name: "2026-11-23-initial", class: InitialMigration }] as const;
