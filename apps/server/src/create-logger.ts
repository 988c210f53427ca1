import { pino, type Logger } from "pino";
import pretty from "pino-pretty";
import type { Env } from "./env.ts";

/** Paths whose values never reach a log, wherever an object with them is logged. */
const redacted = [
  "authorization",
  "cookie",
  "password",
  "token",
  "key",
  "secret",
  "apiKey",
  "setupCode",
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** JSON lines for machines; readable lines on a terminal. */
export function createLogger(level: Env["logLevel"], isTerminal: boolean): Logger {
  const options = { level, base: null, redact: { paths: redacted, censor: "[redacted]" } };
  if (!isTerminal) return pino(options);
  return pino(options, pretty({ ignore: "pid,hostname", translateTime: "HH:MM:ss", sync: true }));
}
