import type { RootKeys } from "@corral/db";
import type { Command } from "commander";
import type { Env } from "../../env.ts";
import { findRootKeys, keyFileOf } from "../../root-key.ts";
import { worksOnData, type Action } from "../cli-action.ts";
import { CliFailure } from "../cli-context.ts";
import { withPostgres } from "../with-postgres.ts";
import { showRows } from "./backup.ts";

const help = `
The file is checked as a whole before anything is written, and written in one
transaction: all of it or nothing. No server may run on the database. The secret
key has to be the one that belongs to the backup. Revisions begin a new epoch, so
that nobody takes old numbers for new ones; who was signed in stays so.
${worksOnData.replace(", also while a server runs on it", "")}`;

export function addRestoreCommand(program: Command, action: Action): void {
  program
    .command("restore")
    .description("make a database what a backup says")
    .argument("<file>", "what `corral backup` wrote")
    .option("--replace", "also where the database holds something: all of that goes")
    .addHelpText("after", help)
    .action(
      action(async (context, file, options) => {
        // safe: commander gives what was declared above
        const { replace = false } = options as { readonly replace?: boolean };
        const secretKeys = await readKeys(context.env());
        const { restoreBackup } = await import("@corral/db");
        using progress = context.startProgress();
        const restored = await withPostgres(context, (url) =>
          restoreBackup(url, String(file), {
            secretKeys,
            replace,
            signal: context.signal,
            onProgress: (at) => showRows(progress, at),
          }),
        );
        progress[Symbol.dispose]();
        context.printJson(restored);
        const { rows, header, epoch } = restored;
        context.print(`${rows} rows of ${header.createdAt} were restored; the new epoch is ${epoch}.\n`);
      }),
    );
}

/** A key made now could not open anything. */
async function readKeys(env: Env): Promise<RootKeys> {
  const keys = await findRootKeys(env);
  if (keys !== undefined) return keys;
  throw new CliFailure(
    "no_secret_key",
    `There is no secret key in ${keyFileOf(env)}.`,
    "Put the one that belongs to the backup there, or set CORRAL_SECRET_KEY.",
  );
}
