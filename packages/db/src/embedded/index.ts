export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from "./embedded-postgres-error.ts";
export { findLeftBehind, type LeftBehind } from "./find-left-behind.ts";
export { findRunningPostgres } from "./find-running-postgres.ts";
export { acquireProcessLock, type ProcessLock, type ProcessLockOptions } from "./process-lock.ts";
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "./start-embedded-postgres.ts";
export { writeFileDurably } from "./write-file-durably.ts";
