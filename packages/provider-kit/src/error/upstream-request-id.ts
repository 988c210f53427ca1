import { DomainError } from "@corral/core";

/** Azure's gateway first: its support asks for that one. */
const names = ["apim-request-id", "x-request-id", "x-ms-request-id", "request-id"];

/** What the provider calls a request. A header that could not be an id is none. */
export function upstreamRequestId(
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): string | undefined {
  const id = names.map((name) => headers[name]).find((value) => value !== undefined);
  const isId =
    id !== undefined && /^[\w.:-]{1,128}$/u.test(id) && !secrets.some((secret) => id.includes(secret));
  return isId ? id : undefined;
}

/** The same error, with the id of the request that it belongs to. */
export function withRequestId(error: DomainError, upstreamRequestId: string | undefined): DomainError {
  if (upstreamRequestId === undefined || error.details?.upstreamClass === undefined) return error;
  return new DomainError(error.code, error.message, {
    details: { ...error.details, upstreamRequestId },
    cause: error.cause,
  });
}
