export { DatabaseStartError } from "./database-start-error.ts";
export { assertSchemaIsCurrent, migrate } from "./migrate.ts";
