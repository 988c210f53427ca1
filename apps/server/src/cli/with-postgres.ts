import { pino } from "pino";
import { explained, openPostgres } from "../open-database.ts";
import type { CliContext } from "./cli-context.ts";

/** Gives a command the PostgreSQL itself, by its URL; one that had to be started ends with the work. */
export async function withPostgres<T>(context: CliContext, work: (url: string) => Promise<T>): Promise<T> {
  const logger = pino({ level: "silent" });
  await using resources = new AsyncDisposableStack();
  const env = context.env();
  const { url } = await openPostgres(resources, { env, logger, signal: context.signal, isCommand: true });
  return await (env.databaseUrl === null ? work(url) : explained(work(url)));
}
