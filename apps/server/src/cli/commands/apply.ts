import type { Command } from "commander";
import type { Action } from "../cli-action.ts";
import { countText, isRefused, printItems } from "../document-report.ts";
import { readDocumentText } from "../read-document-text.ts";
import { administratorOf, withServices } from "../with-services.ts";
import { addDocumentOptions, documentHelp, type DocumentOptions } from "./document-options.ts";

export function addApplyCommand(program: Command, action: Action): void {
  addDocumentOptions(program.command("apply"))
    .description("make the objects of a document what it says; exit code 1 when any is refused")
    .option("--strict", "all of it or nothing")
    .addHelpText(
      "after",
      `${documentHelp}\nAfter Ctrl-C, transactions that were complete stay; apply it again to go on.`,
    )
    .action(
      action(async (context, file, options) => {
        // safe: commander gives what was declared above
        const { as, ...how } = options as DocumentOptions & { readonly strict?: boolean };
        const { adopt = false, prune = false, force = false, strict = false } = how;
        const text = await readDocumentText(context.host, String(file));
        using progress = context.startProgress();
        progress.show(`applying ${String(file)}`, null);
        const report = await withServices(context, async (container, call) => {
          const actor = await administratorOf(container, as);
          return container.services.documents.apply(actor, { text, adopt, prune, force, strict }, call);
        });
        progress[Symbol.dispose]();
        context.printJson(report);
        printItems(context, report.items);
        const counts = countText(report.counts);
        context.print(report.applied ? `Applied: ${counts}.\n` : `Nothing was written: ${counts}.\n`);
        if (report.items.some(isRefused)) context.exitWith(1);
      }),
    );
}
