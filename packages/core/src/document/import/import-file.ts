import type { Actor } from "../../identity/actor.ts";
import type { JsonValue } from "../../json.ts";
import type { WriteContext } from "../../model/model-service.ts";
import type { ItemWrite } from "../../operation/item-write.ts";
import { writeItems } from "../../operation/write-items.ts";
import { DomainError } from "../../error/domain-error.ts";
import { publicNameKey } from "../../model/model-id.ts";
import { toStoredImageUrl } from "../../model/profile-image.ts";
import { recordUidOf } from "../../model/writable-entry.ts";
import type { DocumentPorts } from "../document-ports.ts";
import { countItems, type DocumentReport, type ReportItem } from "../document-report.ts";
import { readDocumentText } from "../document-text.ts";
import { entryOf, toModelItem } from "../model-items.ts";
import { readWorld, type World } from "../read-world.ts";
import type { ImportRequest } from "./import-request.ts";
import { importLiteLLM } from "./import-litellm.ts";
import { importOpenWebUIDatabase } from "./open-webui-database.ts";
import { listRows, readForeignNames, readRow, type ReadRow } from "./open-webui.ts";

export type Importer = { readonly actor: Actor; readonly context: WriteContext };

/** Makes what is stored equal to the file: what it does not name is deleted. */
export type Sync = { readonly sync?: { readonly allowDeleteAll: boolean } };

/** Reads another product's file and writes what it holds, each object as the single call by the actor would be judged. */
export async function importFile(
  ports: DocumentPorts,
  importer: Importer,
  request: ImportRequest & Sync,
): Promise<DocumentReport> {
  const value = await readDocumentText(request.text, ports.yaml);
  switch (request.format) {
    case "litellm":
      return importLiteLLM(ports, importer, { ...request, value });
    case "open-webui-database":
      return importOpenWebUIDatabase(ports, importer, { ...request, value });
    case "open-webui":
      return importOpenWebUI(ports, importer, { ...request, value });
  }
}

async function importOpenWebUI(
  ports: DocumentPorts,
  { actor, context }: Importer,
  { value, strict, dryRun, principals, sync }: ImportRequest & Sync & { readonly value: JsonValue },
): Promise<DocumentReport> {
  const world = await readWorld(ports, actor);
  const foreign = readForeignNames(value, principals);
  const rows: ReadRow[] = [];
  for (const [at, row] of listRows(value).entries())
    rows.push(await withKnownPicture(world, readRow(world, row, { at, foreign })));
  const others = sync === undefined ? [] : listOthers(world, rows, sync);
  const author = {
    actorId: actor.principal.userId,
    requestId: context.requestId,
    action: sync === undefined ? "documents.import" : "documents.sync",
  };
  const write = async (trial: boolean) => {
    const items = [...rows.flatMap((row) => row.write ?? []), ...others];
    const report = await writeItems(
      ports,
      { actor, author },
      { items, kind: sync === undefined ? "import" : "sync", strict: false, dryRun: trial },
    );
    const results = report.results.values();
    const written = rows.map((row) =>
      toReportItem(row, row.write === null ? undefined : results.next().value),
    );
    const deleted = Array.from(results, (result) =>
      toReportItem({ name: result.id, write: null, error: null, notes: [] }, result),
    );
    return { operationId: report.operationId, items: [...written, ...deleted] };
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

/** The bytes of the picture that is stored already are no change. */
async function withKnownPicture({ snapshot, records }: World, row: ReadRow): Promise<ReadRow> {
  if (row.write?.kind !== "update") return row;
  const { input } = row.write;
  const url = input.meta?.profile_image_url;
  if (typeof url !== "string" || !url.startsWith("data:")) return row;
  const entry = snapshot.findByName(input.id);
  const uid = entry && recordUidOf(entry);
  const stored = uid === undefined ? undefined : records.get(uid)?.meta.profile_image_url;
  if (stored === undefined || stored !== (await toStoredImageUrl(url))) return row;
  const meta = { ...input.meta, profile_image_url: stored };
  return { ...row, write: { kind: "update", input: { ...input, meta } } };
}

/** What is stored and not in the file. @throws DomainError `access_denied`, `invalid_input`. */
function listOthers(
  world: World,
  rows: readonly ReadRow[],
  { allowDeleteAll }: NonNullable<Sync["sync"]>,
): readonly ItemWrite[] {
  const { actor, records, snapshot } = world;
  if (actor.principal.role !== "admin") {
    throw new DomainError("access_denied", "Only administrators make everything equal to a file.");
  }
  const named = new Set(rows.map(({ name }) => snapshot.findByName(name)?.uid ?? publicNameKey(name)));
  const others = [...records.values()].filter((record) => {
    const entry = entryOf(snapshot, record);
    return entry !== undefined && !named.has(entry.uid);
  });
  if (others.length > 0 && others.length === records.size && !allowDeleteAll) {
    throw new DomainError(
      "invalid_input",
      `Nothing that is stored is in the file, so all ${others.length} models would be deleted; say allow_delete_all to do that.`,
      { details: { issues: [{ path: ["models"], message: "would delete everything" }] } },
    );
  }
  return others.map((record) => ({ kind: "delete", id: toModelItem(world, record).id, force: true }));
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
