import { errorSpec, isDomainError } from "@corral/core";

/** Why the server cannot start, in words for the person who started it. Carries no secret. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
  }
}

/** Whatever was thrown; what we mean to say by it becomes a {@link StartError} that begins with `what`. */
export function toStartError(error: unknown, what: string): unknown {
  if (!isDomainError(error)) return error;
  return new StartError(`${what} ${error.message} ${errorSpec(error.code).remedy}`, { cause: error });
}
