import { pino, type DestinationStream, type Logger } from "pino";
import pretty from "pino-pretty";
import type { Env } from "./env.ts";
import { redactText } from "./redact-text.ts";

/** Paths whose values never reach a log, wherever an object with them is logged. */
const redacted = [
  "authorization",
  "cookie",
  '["set-cookie"]',
  '["x-api-key"]',
  '["api-key"]',
  '["proxy-authorization"]',
  "password",
  "token",
  "key",
  "secret",
  "apiKey",
  "setupCode",
].flatMap((name) => {
  const below = name.startsWith("[") ? name : `.${name}`;
  return [name, `*${below}`, `*.*${below}`];
});

/**
 * JSON lines for machines; readable lines on a terminal. Whatever a line says, credentials are taken out of its text:
 * errors quote addresses and headers, and are quoted by others as their cause.
 *
 * @param destination Standard output when absent.
 */
export function createLogger(
  level: Env["logLevel"],
  isTerminal: boolean,
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    base: null,
    redact: { paths: redacted, censor: "[redacted]" },
    hooks: { streamWrite: redactText },
  };
  if (isTerminal) {
    const readable = pretty({ ignore: "pid,hostname", translateTime: "HH:MM:ss", sync: true });
    return pino(options, destination ?? readable);
  }
  return destination === undefined ? pino(options) : pino(options, destination);
}
