export type { Pruned, PruneOptions } from "./prune.ts";
export { createDatabase, type Database, type DatabaseOptions } from "./database.ts";
export { DatabaseStartError } from "./database-start-error.ts";
export type { StoredImage } from "./images.ts";
export { assertSchemaIsCurrent, migrate } from "./migrate.ts";
export { findSealingKey, openSecretRotation, type SecretRotation } from "./rotate-secrets.ts";
export { keyIdOf, type RootKeys } from "./secret-box.ts";
export { settingsSchema, type SettingName, type Settings, type SettingsStore } from "./settings.ts";
