import { readFile } from "node:fs/promises";
import closeWithGrace from "close-with-grace";
import { DatabaseStartError } from "@corral/db";
import { EmbeddedPostgresError } from "@corral/db/embedded";
import { createLogger } from "./create-logger.ts";
import { parseEnv, readEnvironment, renderProblems } from "./env.ts";
import { runServer } from "./run-server.ts";
import { StartError } from "./start-error.ts";

const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
}; // our own file
const parsed = parseEnv(readEnvironment());
if (!parsed.ok) {
  process.stderr.write(`${renderProblems(parsed.problems)}\n`);
  process.exit(1);
}
const logger = createLogger(parsed.env.logLevel, process.stdout.isTTY);
try {
  const server = await runServer(parsed.env, { logger, version });
  closeWithGrace({ delay: parsed.env.drainMs + 5_000, logger: false }, async ({ err, signal }) => {
    if (err) logger.fatal({ err }, "an error nobody caught");
    else logger.info(`Stopping (${signal ?? "asked to"}); running answers may finish.`);
    await server.stop();
    logger.info("Stopped.");
  });
  process.stdout.write(`\nCorral ${version} is ready at ${server.url}\n`);
  if (server.setupUrl !== null) process.stdout.write(`Make the first administrator: ${server.setupUrl}\n`);
  process.stdout.write("\n");
} catch (error) {
  if (!isExpected(error)) logger.fatal({ err: error }, "Corral cannot start");
  else process.stderr.write(`Corral cannot start: ${error.message}\n`);
  process.exitCode = 1;
  // Whatever still holds the process must not keep a failed start alive.
  setTimeout(() => process.exit(1), 1_000).unref();
}

/** Failures that have a sentence for the person who started it; the others are bugs and show where. */
function isExpected(error: unknown): error is Error {
  return (
    error instanceof StartError ||
    error instanceof DatabaseStartError ||
    error instanceof EmbeddedPostgresError
  );
}
