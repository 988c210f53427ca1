/** Why a backup cannot be made or restored; the message ends with what to do, and holds no secret. */
export class BackupError extends Error {
  readonly code:
    | "damaged_backup"
    | "not_a_backup"
    | "backup_too_new"
    | "wrong_secret_key"
    | "target_not_empty"
    | "target_in_use"
    | "target_outdated";

  constructor(code: BackupError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BackupError";
    this.code = code;
  }
}
