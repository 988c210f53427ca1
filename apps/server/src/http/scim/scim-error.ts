import { errorSpec, type DomainError, type ErrorCode } from "@corral/core";

const errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";

/** Which of RFC 7644's words says what our code says. */
const types: Partial<Record<ErrorCode, string>> = {
  email_taken: "uniqueness",
  name_taken: "uniqueness",
  last_admin: "mutability",
};

/** Refused by SCIM's own rules, under one of its names for that (RFC 7644, table 9). */
export class ScimRefusal extends Error {
  readonly scimType:
    | "invalidFilter"
    | "invalidPath"
    | "invalidValue"
    | "invalidSyntax"
    | "noTarget"
    | "mutability";

  constructor(scimType: ScimRefusal["scimType"], message: string) {
    super(message);
    this.name = "ScimRefusal";
    this.scimType = scimType;
  }
}

export function toScimError(error: DomainError | ScimRefusal) {
  if (error instanceof ScimRefusal) {
    const { scimType, message } = error;
    return { status: 400, body: { schemas: [errorSchema], status: "400", scimType, detail: message } };
  }
  const spec = errorSpec(error.code);
  // A member or a value that does not exist is a wrong value, not a missing resource: whoever means that says so.
  const scimType = error.code === "invalid_input" ? "invalidValue" : types[error.code];
  const detail = `${spec.expose ? error.message : spec.meaning} ${spec.remedy}`;
  return {
    status: spec.status,
    body: { schemas: [errorSchema], status: String(spec.status), ...(scimType && { scimType }), detail },
  };
}
