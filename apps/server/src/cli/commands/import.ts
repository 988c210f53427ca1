import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { toPlan, type DocumentReport } from "@corral/core";
import { Argument, Option, type Command } from "commander";
import { worksOnData, type Action } from "../cli-action.ts";
import { CliFailure, type CliContext } from "../cli-context.ts";
import { countText, isRefused, printItems } from "../document-report.ts";
import { importProducts, readImportSource, type ImportProduct } from "../read-import-source.ts";
import { printable } from "../output/text-width.ts";
import { administratorOf, withServices } from "../with-services.ts";
import { newFile, writeFileWhole } from "../write-file-whole.ts";

type ImportOptions = {
  readonly apply?: boolean;
  readonly adopt?: boolean;
  readonly strict?: boolean;
  readonly output?: string;
  readonly as?: string;
};

const help = `
Of Open WebUI: its database, which is only read (the file webui.db, or postgres://…
with the password in PGPASSWORD), or what it exports. Of LiteLLM: config.yaml; what
os.environ/… names is read here. Without --apply it says what it would do, and exit
code 3 says that there is something. docs/migrating.md shows it from end to end.
${worksOnData}`;

export function addImportCommand(program: Command, action: Action): void {
  program
    .command("import")
    .description("take over models, groups or connections of another product")
    .addArgument(new Argument("<product>", "whose they are").choices(importProducts))
    .argument("<from>", "a file or a database; - reads a file from a pipe")
    .option("--apply", "do it; without it, only say what would be done")
    .option("--adopt", "take over what was made by hand or by another document")
    .option("--strict", "all of it or nothing")
    .addOption(
      new Option("-o, --output <file>", "write the document that a database would become").conflicts([
        "apply",
        "adopt",
        "strict",
      ]),
    )
    .option("--as <email>", "the administrator in whose name it is done; needed where there are several")
    .addHelpText("after", help)
    .action(
      action(async (context, product, ...given) => {
        const [from, options] = given;
        // safe: commander gives what was declared above
        const { as, output, apply = false, adopt = false, strict = false } = options as ImportOptions;
        const source = await readImportSource(context.host, product as ImportProduct, String(from));
        if (output !== undefined) return writeDocument(context, { source, output, as });
        using progress = context.startProgress();
        progress.show(`reading ${String(product)}`, null);
        const report = await withServices(context, async (container, call) => {
          const actor = await administratorOf(container, as);
          const request = { ...source, adopt, strict, dryRun: !apply };
          return container.services.documents.import(actor, request, call);
        });
        progress[Symbol.dispose]();
        if (apply) tellDone(context, report);
        else tellPlan(context, report);
      }),
    );
}

async function writeDocument(
  context: CliContext,
  on: {
    readonly source: Awaited<ReturnType<typeof readImportSource>>;
    readonly output: string;
    readonly as: string | undefined;
  },
): Promise<void> {
  const { source, output, as } = on;
  if (source.format !== "open-webui-database") {
    throw new CliFailure("invalid_input", "Only a database becomes a document.", "Leave --output out.");
  }
  const format = extname(output) === ".json" ? "json" : "yaml";
  const { text, notes } = await withServices(context, async (container) =>
    container.services.documents.convert(await administratorOf(container, as), { text: source.text, format }),
  );
  await writeFileWhole(output, (partial) => writeFile(partial, text, newFile));
  context.printJson({ output, format, notes });
  tellNotes(context, notes);
  context.print(`${output} was written; corral plan and corral apply take it.\n`);
}

function tellDone(context: CliContext, report: DocumentReport): void {
  context.printJson(report);
  tell(context, report);
  const counts = countText(report.counts);
  context.print(report.applied ? `Imported: ${counts}.\n` : `Nothing was written: ${counts}.\n`);
  if (report.items.some(isRefused)) context.exitWith(1);
}

function tellPlan(context: CliContext, report: DocumentReport): void {
  const plan = toPlan(report.source, report.items);
  context.printJson({ ...plan, notes: report.notes });
  tell(context, { ...report, items: plan.items });
  context.print(
    plan.hasChanges
      ? `Plan: ${countText(plan.counts)}. Nothing was written; --apply does it.\n`
      : "There is nothing to do.\n",
  );
  if (plan.hasChanges) context.exitWith(3);
}

/** Notes stand below in full: they say what is not as it was, and a table would cut them short. */
function tell(
  context: CliContext,
  { items, notes }: { readonly items: Parameters<typeof printItems>[1]; readonly notes: readonly string[] },
): void {
  printItems(
    context,
    items.map((item) => ({ ...item, notes: [] })),
  );
  const ofItems = items.flatMap(({ kind, name, error, notes: own }) =>
    [...(error === null ? [] : [error.message]), ...own].map((note) => `${kind} ${name}: ${note}`),
  );
  tellNotes(context, [...ofItems, ...notes]);
}

function tellNotes(context: CliContext, notes: readonly string[]): void {
  const text = notes.map((note) => `- ${printable(note)}\n`).join("");
  if (notes.length > 0) context.print(`\nNot as it was:\n${text}\n`);
}
