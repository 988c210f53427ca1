/** Why the server cannot start, in words for the person who started it. Carries no secret. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
  }
}
