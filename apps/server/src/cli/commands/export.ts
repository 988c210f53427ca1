import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { Option, type Command } from "commander";
import { documentFormats, documentSourceSchema, type DocumentFormat } from "@corral/core";
import { CliFailure } from "../cli-context.ts";
import { worksOnData, type Action } from "../cli-action.ts";
import { administratorOf, withServices } from "../with-services.ts";
import { newFile, writeFileWhole } from "../write-file-whole.ts";
import { countText } from "../document-report.ts";

type ExportOptions = {
  readonly format?: DocumentFormat;
  readonly source: string;
  readonly images: boolean;
  readonly stamps: boolean;
  readonly output?: string;
  readonly as?: string;
};

export function addExportCommand(program: Command, action: Action): void {
  program
    .command("export")
    .description("write models, connections, groups and settings as one document, without secrets")
    .addOption(
      new Option("--format <format>", "by default that of the file's ending, else yaml").choices(
        documentFormats,
      ),
    )
    .option("--source <name>", "what the document calls itself: the owner mark of what it will make", "main")
    .option("--no-images", "leave pictures out")
    .option("--no-stamps", "leave revisions, owners and times out")
    .option("-o, --output <file>", "write to a file")
    .option("--as <email>", "the administrator in whose name it is done; needed where there are several")
    .addHelpText("after", worksOnData)
    .action(
      action(async (context, given) => {
        // safe: commander gives what was declared above
        const { as, output, images, stamps, ...rest } = given as ExportOptions;
        const format = rest.format ?? (output !== undefined && extname(output) === ".json" ? "json" : "yaml");
        const source = documentSourceSchema.safeParse(rest.source);
        if (!source.success)
          throw new CliFailure(
            "invalid_input",
            `${rest.source} is no name of a source.`,
            "Use letters, digits and hyphens.",
          );
        const exported = await withServices(context, async (container, call) => {
          const actor = await administratorOf(container, as);
          const request = { format, source: source.data, images, stamps };
          return container.services.documents.export(actor, request, call);
        });
        if (output === undefined) {
          context.printJson(exported);
          context.print(exported.text);
          return;
        }
        await writeFileWhole(output, (partial) => writeFile(partial, exported.text, newFile));
        context.printJson({ format, output, counts: exported.counts });
        context.print(`${output}: ${countText(exported.counts)}.\n`);
      }),
    );
}
