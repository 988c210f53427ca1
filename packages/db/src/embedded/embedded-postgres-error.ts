export type EmbeddedPostgresErrorCode =
  | "already_running"
  | "unsupported_platform"
  | "binaries_incomplete"
  | "staging_failed"
  | "wrong_user"
  | "password_missing"
  | "init_failed"
  | "start_failed"
  | "stop_failed";

interface ErrorFields {
  readonly problem: string;
  /** What the reader can do about it; appended to the message. */
  readonly remedy: string;
  /** The process that stands in the way, where there is one. */
  readonly pid?: number;
  readonly cause?: unknown;
}

/** Why the embedded PostgreSQL could not do its work; the message ends with the remedy and holds no secret. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;
  readonly remedy: string;
  readonly pid: number | undefined;

  constructor(code: EmbeddedPostgresErrorCode, fields: ErrorFields) {
    super(`${fields.problem} ${fields.remedy}`, { cause: fields.cause });
    this.name = "EmbeddedPostgresError";
    this.code = code;
    this.remedy = fields.remedy;
    this.pid = fields.pid;
  }
}
