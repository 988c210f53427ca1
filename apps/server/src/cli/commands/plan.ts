import type { Command } from "commander";
import type { Action } from "../cli-action.ts";
import { countText, printItems } from "../document-report.ts";
import { readDocumentText } from "../read-document-text.ts";
import { administratorOf, withServices } from "../with-services.ts";
import { addDocumentOptions, documentHelp, type DocumentOptions } from "./document-options.ts";

export function addPlanCommand(program: Command, action: Action): void {
  addDocumentOptions(program.command("plan"))
    .description("say what applying a document would do; exit code 3 when it would do anything")
    .addHelpText("after", documentHelp)
    .action(
      action(async (context, file, options) => {
        // safe: commander gives what was declared above
        const { as, adopt = false, prune = false, force = false } = options as DocumentOptions;
        const text = await readDocumentText(context.host, String(file));
        const plan = await withServices(context, async (container, call) => {
          const actor = await administratorOf(container, as);
          return container.services.documents.plan(actor, { text, adopt, prune, force }, call);
        });
        context.printJson(plan);
        printItems(context, plan.items);
        context.print(plan.hasChanges ? `Plan: ${countText(plan.counts)}.\n` : "There is nothing to do.\n");
        if (plan.hasChanges) context.exitWith(3);
      }),
    );
}
