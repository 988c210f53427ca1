import { DomainError, isDomainError, type ErrorCode } from "@corral/core";

/** What a refused row means, by the name of the constraint that refused it. */
const meaningOfConstraint: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  public_names_pkey: ["model_id_taken", "Another model already has this name."],
  model_records_override_of_unique: [
    "model_id_taken",
    "This model already has settings of its own; change those.",
  ],
  model_records_override_of_foreign: ["base_model_not_found", "There is no such base model."],
  model_records_base_base_uid_foreign: ["base_model_not_found", "There is no such base model."],
  model_records_base_record_uid_foreign: ["base_model_not_found", "There is no such base model."],
  base_name_overrides_key_unique: ["name_taken", "This name has settings for all its tags; change those."],
  base_name_overrides_image_hash_foreign: [
    "invalid_input",
    "There is no such image; send it as a data: URL.",
  ],
  alias_targets_base_uid_foreign: ["base_model_not_found", "A model that the alias stands for is gone."],
  alias_targets_record_uid_foreign: ["base_model_not_found", "A model that the alias stands for is gone."],
  model_records_owner_id_foreign: ["user_not_found", "There is no such account to own the model."],
  model_records_image_hash_foreign: ["invalid_input", "There is no such image; send it as a data: URL."],
  connections_slug_unique: ["name_taken", "Another connection already has this short name."],
  connections_prefix_unique: ["name_taken", "Another connection already has this prefix."],
  connection_health_connection_uid_foreign: ["connection_not_found", "There is no such connection."],
  discovery_policies_name_unique: ["name_taken", "Another policy already has this name."],
  discovery_policies_image_hash_foreign: ["invalid_input", "There is no such image; send it as a data: URL."],
  groups_name_unique: ["name_taken", "Another group already has this name."],
  group_members_user_id_foreign: ["user_not_found", "A member has no account."],
  group_members_group_id_foreign: ["group_not_found", "There is no such group."],
  record_grants_group_id_foreign: [
    "principal_not_found",
    "A group that access is granted to does not exist.",
  ],
  record_grants_user_id_foreign: [
    "principal_not_found",
    "A person whom access is granted to has no account.",
  ],
  connection_grants_group_id_foreign: [
    "principal_not_found",
    "A group that access is granted to does not exist.",
  ],
  connection_grants_user_id_foreign: [
    "principal_not_found",
    "A person whom access is granted to has no account.",
  ],
  users_email_unique: ["email_taken", "Another account already has this e-mail address."],
  identity_providers_slug_unique: ["name_taken", "Another identity provider already has this short name."],
  scim_users_user_name_unique: ["name_taken", "Another account already has this user name."],
  users_last_administrator: ["last_admin", "The last active administrator has to stay one."],
};

/** Text that PostgreSQL cannot store: NUL, and halves of surrogate pairs inside JSON. */
const unstorableText = new Set(["22021", "22P05", "22P02"]);
const numberOutOfRange = "22003";
const transactionConflict = new Set(["40001", "40P01"]);
const goneCodes = /^(?:08|57P|53300|57014|55P03)/u;
const goneSystemCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
/** Messages of `pg` itself, which carry no code. */
const goneMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection/u;

/** Gives a failure of the database its meaning. An error that is none of the database's is returned as it is. */
export function toDomainError(error: unknown): unknown {
  if (isDomainError(error) || !(error instanceof Error)) return error;
  const { code, constraint } = readFacts(error);
  const meaning = constraint === undefined ? undefined : meaningOfConstraint[constraint];
  // Details, hints and the statement may quote stored values, which must not travel to logs.
  const cause = new Error(`PostgreSQL ${code ?? ""} ${error.message.split("\n", 1)[0]}`);
  if (meaning !== undefined) return new DomainError(meaning[0], meaning[1], { cause });
  if (code !== undefined && unstorableText.has(code)) {
    return new DomainError(
      "invalid_input",
      "A text has a character that cannot be stored (NUL, half a pair).",
      {
        cause,
      },
    );
  }
  if (code === numberOutOfRange)
    return new DomainError("invalid_input", "A number is larger than any that is stored.", { cause });
  if (isUnavailable(error, code)) return new DomainError("database_unavailable", undefined, { cause });
  return "severity" in error ? new DomainError("internal", undefined, { cause }) : error;
}

/** Whether the same transaction may succeed when it is simply run again: a deadlock or a lost race. */
export function isTransactionConflict(error: unknown): boolean {
  const code = error instanceof Error ? readFacts(error).code : undefined;
  return code !== undefined && transactionConflict.has(code);
}

function isUnavailable(error: Error, code: string | undefined): boolean {
  if (code !== undefined)
    return goneCodes.test(code) || goneSystemCodes.has(code) || transactionConflict.has(code);
  return goneMessages.test(error.message);
}

function readFacts(error: Error): {
  readonly code: string | undefined;
  readonly constraint: string | undefined;
} {
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const constraint =
    "constraint" in error && typeof error.constraint === "string" ? error.constraint : undefined;
  return { code, constraint };
}
