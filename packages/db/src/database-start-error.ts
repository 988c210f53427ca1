/** Why a database cannot be used as it is; not an answer to a request, but an end to the start. */
export class DatabaseStartError extends Error {
  readonly code:
    | "wrong_secret_key"
    | "rotation_running"
    | "schema_too_new"
    | "schema_outdated"
    | "schema_locked";

  constructor(code: DatabaseStartError["code"], message: string) {
    super(message);
    this.name = "DatabaseStartError";
    this.code = code;
  }
}
