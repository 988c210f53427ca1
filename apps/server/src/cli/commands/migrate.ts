import type { Command } from "commander";
import { worksOnData, type Action } from "../cli-action.ts";

export function addMigrateCommand(program: Command, action: Action): void {
  program
    .command("migrate")
    .description("bring the database to this version; every start of the server does it too")
    .addHelpText("after", worksOnData)
    .action(
      action(async (context) => {
        const { signal } = context;
        const [{ migratePostgres, openPostgres }, { pino }] = await Promise.all([
          import("../../open-database.ts"),
          import("pino"),
        ]);
        const logger = pino({ level: "silent" });
        await using resources = new AsyncDisposableStack();
        const postgres = await openPostgres(resources, {
          env: context.env(),
          logger,
          signal,
          isCommand: true,
        });
        const migrations = await migratePostgres(postgres, { env: context.env(), logger });
        context.printJson({ migrations });
        context.print(
          migrations === 0 ? "The database is up to date.\n" : `${migrations} migrations were made.\n`,
        );
      }),
    );
}
