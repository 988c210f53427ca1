import type { Actor } from "../../identity/actor.ts";
import type { JsonValue } from "../../json.ts";
import type { WriteContext } from "../../model/model-service.ts";
import { writeItems } from "../../operation/write-items.ts";
import type { DocumentPorts } from "../document-ports.ts";
import { countItems, type DocumentReport, type ReportItem } from "../document-report.ts";
import { readDocumentText } from "../document-text.ts";
import { readWorld } from "../read-world.ts";
import type { ImportRequest } from "./import-request.ts";
import { importLiteLLM } from "./import-litellm.ts";
import { listRows, readForeignNames, readRow, type ReadRow } from "./open-webui.ts";

export type Importer = { readonly actor: Actor; readonly context: WriteContext };

/** Reads another product's file and writes what it holds, each object as the single call by the actor would be judged. */
export async function importFile(
  ports: DocumentPorts,
  importer: Importer,
  request: ImportRequest,
): Promise<DocumentReport> {
  const value = await readDocumentText(request.text, ports.yaml);
  return request.format === "litellm"
    ? importLiteLLM(ports, importer, { ...request, value })
    : importOpenWebUI(ports, importer, { ...request, value });
}

async function importOpenWebUI(
  ports: DocumentPorts,
  { actor, context }: Importer,
  { value, strict, dryRun, principals }: ImportRequest & { readonly value: JsonValue },
): Promise<DocumentReport> {
  const world = await readWorld(ports, actor);
  const foreign = readForeignNames(value, principals);
  const rows = listRows(value).map((row, at) => readRow(world, row, { at, foreign }));
  const author = {
    actorId: actor.principal.userId,
    requestId: context.requestId,
    action: "documents.import",
  };
  const write = async (trial: boolean) => {
    const items = rows.flatMap((row) => row.write ?? []);
    const report = await writeItems(
      ports,
      { actor, author },
      { items, kind: "import", strict: false, dryRun: trial },
    );
    const results = report.results.values();
    return {
      operationId: report.operationId,
      items: rows.map((row) => toReportItem(row, row.write === null ? undefined : results.next().value)),
    };
  };
  const trial = strict || dryRun ? await write(true) : undefined;
  const isRefused = trial?.items.some(({ error }) => error !== null) ?? false;
  const isWritten = !dryRun && !(strict && isRefused);
  const { items, operationId } = isWritten || trial === undefined ? await write(false) : trial;
  const notes = rows.some((row) => row.write !== null)
    ? []
    : ["The file holds no model that could be imported."];
  return { source: "open-webui", applied: isWritten, operationId, counts: countItems(items), items, notes };
}

function toReportItem(
  row: ReadRow,
  result: Pick<ReportItem, "outcome" | "error" | "notes" | "changes"> | undefined,
): ReportItem {
  const { name, error, notes } = row;
  const line = { kind: "model", name, drift: [], adopted: false } as const;
  if (result === undefined) {
    return { ...line, outcome: error === null ? "unchanged" : "invalid", error, notes, changes: [] };
  }
  const { outcome, changes } = result;
  return { ...line, outcome, error: result.error, notes: [...notes, ...result.notes], changes };
}
