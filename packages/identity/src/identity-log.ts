/** Where identity reports what a caller cannot be told. A pino logger fits. */
export interface IdentityLog {
  warn(fields: object, message: string): void;
}
