import type { Command } from "commander";
import type { Action } from "../cli-action.ts";

export function addStartCommand(program: Command, action: Action, handOver: () => void): void {
  program
    .command("start")
    .description("start the server, until Ctrl-C")
    .addHelpText(
      "after",
      "\nThe environment says how; docs/running.md has the variables. `pnpm start` builds the dashboard first.",
    )
    .action(
      action(async ({ host }) => {
        const { serve } = await import("../../serve.ts");
        handOver();
        await serve(host.environment, host.terminal);
      }),
    );
}
