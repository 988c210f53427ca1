import type { FastifyBaseLogger } from "fastify";

type Bindings = Parameters<FastifyBaseLogger["child"]>[0];

type Level = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/**
 * A request's logger, made when the request first logs: most never do, and the names to redact make a child logger
 * cost more than the rest of a short answer.
 */
export class RequestLogger implements FastifyBaseLogger {
  readonly #parent: FastifyBaseLogger;
  readonly #bindings: Bindings;
  #made: FastifyBaseLogger | undefined;

  constructor(parent: FastifyBaseLogger, bindings: Bindings) {
    this.#parent = parent;
    this.#bindings = bindings;
  }

  get #own(): FastifyBaseLogger {
    this.#made ??= this.#parent.child(this.#bindings);
    return this.#made;
  }

  get level(): string {
    return this.#parent.level;
  }

  fatal(first: unknown, ...rest: readonly unknown[]): void {
    this.#log("fatal", first, rest);
  }

  error(first: unknown, ...rest: readonly unknown[]): void {
    this.#log("error", first, rest);
  }

  warn(first: unknown, ...rest: readonly unknown[]): void {
    this.#log("warn", first, rest);
  }

  info(first: unknown, ...rest: readonly unknown[]): void {
    this.#log("info", first, rest);
  }

  debug(first: unknown, ...rest: readonly unknown[]): void {
    this.#log("debug", first, rest);
  }

  trace(first: unknown, ...rest: readonly unknown[]): void {
    this.#log("trace", first, rest);
  }

  silent(first: unknown, ...rest: readonly unknown[]): void {
    this.#log("silent", first, rest);
  }

  child(...made: Parameters<FastifyBaseLogger["child"]>): FastifyBaseLogger {
    return this.#own.child(...made);
  }

  #log(level: Level, first: unknown, rest: readonly unknown[]): void {
    Reflect.apply(this.#own[level], this.#own, [first, ...rest]);
  }
}
