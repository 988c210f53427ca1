import { countItems, type DocumentReport, type ReportItem } from "../document-report.ts";
import type { DocumentPorts } from "../document-ports.ts";
import type { ParsedDocument } from "../parse-document.ts";
import { readWorld, sourceFor } from "../read-world.ts";
import { runDocument } from "../run-document.ts";
import type { Importer } from "./import-file.ts";
import type { ImportRequest } from "./import-request.ts";

/** What another product's file or database is here: a document, and what only its reader knows of the outcome. */
export type Conversion = {
  readonly document: ParsedDocument;
  /** The lines of the report from those of the document. */
  readonly toLines: (items: readonly ReportItem[]) => readonly ReportItem[];
};

/** Plans the document of another product, and applies it unless it is a trial, or `strict` and anything is refused. */
export async function runImport(
  ports: DocumentPorts,
  { actor, context }: Importer,
  request: Pick<ImportRequest, "adopt" | "strict" | "dryRun"> & Conversion,
): Promise<Omit<DocumentReport, "notes">> {
  const { document, toLines, adopt, strict, dryRun } = request;
  const author = {
    actorId: actor.principal.userId,
    requestId: context.requestId,
    action: "documents.import",
  };
  const options = { source: sourceFor(actor, document.source), adopt, prune: false, force: false };
  const run = async (isTrial: boolean) => {
    const request = { ports, author, context, document, options: { ...options, dryRun: isTrial } };
    const result = await runDocument(request, await readWorld(ports, actor));
    return { ...result, items: toLines(result.items) };
  };
  const trial = strict || dryRun ? await run(true) : undefined;
  const isRefused = trial?.items.some(({ error }) => error !== null) ?? false;
  const isWritten = !dryRun && !(strict && isRefused);
  const { items, operationId } = isWritten || trial === undefined ? await run(false) : trial;
  return { source: document.source, applied: isWritten, operationId, counts: countItems(items), items };
}
