import closeWithGrace from "close-with-grace";
import { DatabaseStartError } from "@corral/db";
import { EmbeddedPostgresError } from "@corral/db/embedded";
import { createLogger } from "./create-logger.ts";
import { parseEnv, renderProblems, type EnvSource } from "./env.ts";
import { readVersion } from "./read-version.ts";
import { findNodeProblem } from "./find-node-problem.ts";
import { runServer, type RunningServer } from "./run-server.ts";
import { StartError } from "./start-error.ts";

/** The process that the server runs in, as far as starting and stopping concerns it. */
export type Terminal = {
  readonly isTerminal: boolean;
  /** Of the process, such as `24.21.0`. */
  readonly nodeVersion: string;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  readonly fail: () => void;
};

/**
 * Starts the server for this process, tells the person at the terminal where it is, and stops it gracefully on a signal.
 *
 * @returns `undefined` when it cannot start: the reason is printed and the exit code set; or was told to stop before.
 */
export async function serve(source: EnvSource, terminal: Terminal): Promise<RunningServer | undefined> {
  const outdated = findNodeProblem(terminal.nodeVersion);
  if (outdated !== undefined) {
    terminal.printError(`${outdated}\n`);
    terminal.fail();
    return undefined;
  }
  const parsed = parseEnv(source);
  if (!parsed.ok) {
    terminal.printError(`${renderProblems(parsed.problems)}\n`);
    terminal.fail();
    return undefined;
  }
  const { env } = parsed;
  const logger = createLogger(env.logLevel, terminal.isTerminal);
  const version = await readVersion();
  const stopping = new AbortController();
  const starting = runServer(env, { logger, version, signal: stopping.signal });
  // From here on, so that a signal during the start leaves no PostgreSQL behind.
  const grace = closeWithGrace({ delay: env.drainMs + 5_000, logger: false }, async ({ err, signal }) => {
    if (err) logger.fatal({ err }, "an error nobody caught");
    else logger.info(`Stopping (${signal ?? "asked to"}); answers under way may finish.`);
    stopping.abort();
    const server = await starting.catch(() => undefined);
    await server?.stop();
    logger.info("Stopped.");
  });
  try {
    const server = await starting;
    if (stopping.signal.aborted) return undefined;
    const setup = server.setupUrl === null ? "" : `Make the first administrator: ${server.setupUrl}\n`;
    // in one piece: no line of the log comes between
    terminal.print(`\nCorral ${version} is ready at ${server.url}\n${setup}\n`);
    return server;
  } catch (error) {
    if (stopping.signal.aborted) return undefined;
    // its end would be reported as a success
    grace.uninstall();
    if (isExpected(error)) terminal.printError(`Corral cannot start: ${error.message}\n`);
    else logger.fatal({ err: error }, "Corral cannot start");
    terminal.fail();
    return undefined;
  }
}

/** Failures that have a sentence for the person who started it; the others are bugs and show where. */
function isExpected(error: unknown): error is Error {
  return (
    error instanceof StartError ||
    error instanceof DatabaseStartError ||
    error instanceof EmbeddedPostgresError
  );
}
