import type { Command } from "commander";
import type { CliContext } from "./cli-context.ts";

/** What stands at the end of a command's help when it works on the data itself. */
export const worksOnData =
  "\nWorks on the database itself, also while a server runs on it. See CORRAL_DATA_DIR and DATABASE_URL.";

/** Makes a command of a function: it is given what it works with. */
export type Action = (
  work: (context: CliContext, ...given: unknown[]) => Promise<void>,
) => Parameters<Command["action"]>[0];
