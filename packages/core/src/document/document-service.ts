import { hasPermission, type Permission } from "@corral/access-control";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import type { WriteContext } from "../model/model-service.ts";
import { findDrift, type DocumentDrift } from "./document-drift.ts";
import { assertPictures, collectImages } from "./document-images.ts";
import type { DocumentPorts } from "./document-ports.ts";
import { countItems, toPlan, type DocumentPlan, type DocumentReport } from "./document-report.ts";
import { readDocumentText, writeDocumentText, type DocumentFormat } from "./document-text.ts";
import { exportDocument, type ExportOptions } from "./export-document.ts";
import { importFile, type Sync } from "./import/import-file.ts";
import type { ImportRequest } from "./import/import-request.ts";
import { convertOpenWebUIDatabase } from "./import/open-webui-database.ts";
import { parseDocument } from "./parse-document.ts";
import { readWorld, sourceFor } from "./read-world.ts";
import { runDocument } from "./run-document.ts";
import type { Run } from "./run-steps.ts";

export type ExportRequest = ExportOptions & { readonly format: DocumentFormat };
export type ExportedDocument = {
  readonly format: DocumentFormat;
  readonly text: string;
  readonly counts: Readonly<Record<string, number>>;
};

export type PlanRequest = {
  readonly text: string;
  /** Take over what was made by hand or by another document. */
  readonly adopt: boolean;
  /** Delete what this document made and speaks of no longer. */
  readonly prune: boolean;
  /** Delete also what others are built on, and settings that keep people out. */
  readonly force: boolean;
};
export type ApplyRequest = PlanRequest & { readonly strict: boolean };

export type ConvertRequest = { readonly text: string; readonly format: DocumentFormat };
/** The document, and what it does not hold or has otherwise. */
export type ConvertedDocument = { readonly text: string; readonly notes: readonly string[] };

/** Models, aliases, connections, policies, groups and settings as text, and the way back. */
export interface DocumentService {
  /** What the actor may write. @throws DomainError `access_denied` without `models.export`, `payload_too_large`. */
  export(actor: Actor, request: ExportRequest, context: WriteContext): Promise<ExportedDocument>;
  /** What applying would do, object by object. Writes nothing. @throws DomainError `access_denied`, `invalid_input`, `payload_too_large`. */
  plan(actor: Actor, request: PlanRequest, context: WriteContext): Promise<DocumentPlan>;
  /** @throws DomainError as plan. What refuses one object is in the report. */
  apply(actor: Actor, request: ApplyRequest, context: WriteContext): Promise<DocumentReport>;
  /** What was changed or deleted by hand since a document was applied. @throws DomainError `access_denied`. */
  drift(actor: Actor, source: string): Promise<DocumentDrift>;
  /** Takes over another product's file. @throws DomainError as plan. */
  import(actor: Actor, request: ImportRequest & Sync, context: WriteContext): Promise<DocumentReport>;
  /** What `import` would apply of a database, as a document. Writes nothing. @throws DomainError as plan. */
  convert(actor: Actor, request: ConvertRequest): Promise<ConvertedDocument>;
}

export function createDocumentService(ports: DocumentPorts): DocumentService {
  return {
    async export(actor, { format, ...options }, context) {
      assertPermission(actor, "models.export");
      const { document, counts } = await exportDocument(ports, await readWorld(ports, actor), options);
      const text = await writeDocumentText(document, format, ports.yaml);
      await noteExport(ports, { actor, context, details: { source: options.source, format, ...counts } });
      return { format, text, counts };
    },
    async plan(actor, request, context) {
      const run = await openRun(ports, actor, { ...request, context, dryRun: true });
      const { items } = await runDocument(run, await readWorld(ports, actor));
      return toPlan(run.document.source, items);
    },
    async apply(actor, { strict, ...request }, context) {
      const run = await openRun(ports, actor, { ...request, context, dryRun: false });
      const { source } = run.document;
      if (strict) {
        const trial = { ...run, options: { ...run.options, dryRun: true } };
        const { items } = await runDocument(trial, await readWorld(ports, actor));
        if (items.some(({ error }) => error !== null)) {
          return { source, applied: false, operationId: null, counts: countItems(items), items, notes: [] };
        }
      }
      const { items, operationId } = await runDocument(run, await readWorld(ports, actor));
      // what is gone by hand was made again, or the document speaks of it no longer
      await ports.unitOfWork.write(run.author, ({ ownerMarks }) => ownerMarks.removeGone(run.options.source));
      return { source, applied: true, operationId, counts: countItems(items), items, notes: [] };
    },
    async drift(actor, source) {
      assertPermission(actor, "models.export");
      return findDrift(await readWorld(ports, actor), source);
    },
    async import(actor, request, context) {
      assertPermission(actor, "models.import");
      return importFile(ports, { actor, context }, request);
    },
    async convert(actor, { text, format }) {
      assertPermission(actor, "models.import");
      const value = await readDocumentText(text, ports.yaml);
      const { document, notes } = await convertOpenWebUIDatabase(ports, actor, value);
      return { text: await writeDocumentText(document, format, ports.yaml), notes };
    },
  };
}

async function openRun(
  ports: DocumentPorts,
  actor: Actor,
  request: PlanRequest & { readonly context: WriteContext; readonly dryRun: boolean },
): Promise<Run> {
  assertPermission(actor, "models.import");
  const { text, adopt, prune, force, context, dryRun } = request;
  const parsed = parseDocument(await readDocumentText(text, ports.yaml));
  await assertPictures(parsed.images);
  const document = { ...parsed, images: await collectImages(parsed) };
  const author = { actorId: actor.principal.userId, requestId: context.requestId, action: "documents.apply" };
  const source = sourceFor(actor, document.source);
  return { ports, author, context, document, options: { source, adopt, prune, force, dryRun } };
}

function assertPermission({ principal, permissions }: Actor, permission: Permission): void {
  if (hasPermission(principal, permission, permissions)) return;
  throw new DomainError("access_denied", `This needs the permission ${permission}.`);
}

async function noteExport(
  { unitOfWork }: DocumentPorts,
  on: {
    readonly actor: Actor;
    readonly context: WriteContext;
    readonly details: Readonly<Record<string, string | number>>;
  },
): Promise<void> {
  const { actor, context, details } = on;
  const author = {
    actorId: actor.principal.userId,
    requestId: context.requestId,
    action: "documents.export",
  };
  await unitOfWork.write(author, ({ audit }) =>
    audit.note({ targetKind: "document", targetUid: String(details["source"]), details }),
  );
}
