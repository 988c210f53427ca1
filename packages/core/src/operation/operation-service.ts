import { z } from "zod";
import type { HealthBoard } from "../connection/connection-health.ts";
import { listMatching } from "../catalog/query-catalog.ts";
import { modelQuerySchema } from "../catalog/model-query.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import { modelIdSchema, type ModelId } from "../model/model-id.ts";
import type { Writer } from "../model/model-ports.ts";
import type { WriteContext } from "../model/model-service.ts";
import { toPolicyChange } from "./apply-policies.ts";
import { bulkChangeSchema, type BulkChange } from "./bulk-change.ts";
import { isFailure, type ItemResult } from "./item-write.ts";
import type { Operation, OperationReport } from "./operation.ts";
import { runOperation, type OperationPorts } from "./run-operation.ts";
import { writeItems } from "./write-items.ts";

const filterSchema = modelQuerySchema.omit({
  sort: true,
  direction: true,
  offset: true,
  limit: true,
  facets: true,
});

export const bulkRequestSchema = z.strictObject({
  select: z.union([
    z.strictObject({ ids: z.array(modelIdSchema).min(1).max(limits.operationItemsMax) }),
    /** What `models.list` would show, all pages of it; `expectedTotal` is the total that the caller has seen. */
    z.strictObject({ filter: filterSchema, expectedTotal: z.int().min(0) }),
  ]),
  change: bulkChangeSchema,
  strict: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});
export type BulkRequest = z.output<typeof bulkRequestSchema>;

export const operationQuerySchema = z.strictObject({
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
});
export const operationDetailQuerySchema = z.strictObject({
  id: z.uuid(),
  /** Of the results. */
  offset: z.int().min(0).default(0),
  limit: z.int().min(0).max(limits.operationItems).default(limits.pageSizeMax),
});
export const undoOperationSchema = z.strictObject({ id: z.uuid(), dryRun: z.boolean().default(false) });
/** The write that made this revision, or the deletion of the record at it. */
export const undoModelSchema = z.strictObject({ uid: z.uuid(), revision: z.int().min(1) });

/** Writes of many models, and taking writes back. */
export interface OperationService {
  /** @throws DomainError `selection_changed`, `access_denied` for policies by others than administrators. */
  bulk(actor: Actor, request: BulkRequest, context: WriteContext): Promise<OperationReport>;
  /** One's own; everybody's for administrators. */
  list(
    actor: Actor,
    page: z.output<typeof operationQuerySchema>,
  ): Promise<{ readonly operations: readonly Operation[]; readonly total: number }>;
  /** @throws DomainError `operation_not_found`. */
  get(
    actor: Actor,
    query: z.output<typeof operationDetailQuerySchema>,
  ): Promise<{ readonly operation: Operation; readonly results: readonly ItemResult[] }>;
  /**
   * Takes back what an operation wrote, each item as the actor's own patch; what has changed since stays. It is an
   * operation itself, which can be undone.
   *
   * @throws DomainError `operation_not_found`, `operation_running`, `version_not_found` when it is not kept any more.
   */
  undo(
    actor: Actor,
    request: z.output<typeof undoOperationSchema>,
    context: WriteContext,
  ): Promise<OperationReport>;
  /** Takes back a single write, also a deletion. @throws DomainError `model_not_found`, `revision_conflict`, and as a patch. */
  undoModel(
    actor: Actor,
    request: z.output<typeof undoModelSchema>,
    context: WriteContext,
  ): Promise<OperationReport>;
}

export function createOperationService(
  ports: OperationPorts & { readonly health: HealthBoard },
): OperationService {
  return {
    async bulk(actor, request, context) {
      const { change, strict, dryRun } = request;
      const ids = selectIds(ports, actor, request.select);
      const changes = await toChanges(ports, actor, { ids, change });
      const items = ids.map((id, at) => ({ kind: "change", id, change: changes[at] ?? change }) as const);
      const writer = toWriter(actor, context, "models.bulk");
      return writeItems(ports, writer, { items, kind: "bulk", strict, dryRun });
    },
    list: (actor, page) =>
      ports.unitOfWork.read(({ operations }) => {
        const { role, userId } = actor.principal;
        return operations.list({ ...page, ...(role !== "admin" && { actorId: userId }) });
      }),
    async get(actor, { id, ...page }) {
      const operation = await getOwn(ports, actor, id);
      const results = await ports.unitOfWork.read(({ operations }) => operations.listResults(id, page));
      return { operation, results };
    },
    async undo(actor, { id, dryRun }, context) {
      const operation = await getOwn(ports, actor, id);
      if (operation.state === "running") throw new DomainError("operation_running");
      const changes = await ports.unitOfWork.read(({ operations }) => operations.listChanges(id));
      const { created, updated, deleted } = operation.counts;
      return runOperation(ports, toWriter(actor, context, "operations.undo"), {
        kind: "undo",
        work: changes.map((change) => ({ kind: "undo", change })),
        total: created + updated + deleted,
        undoes: id,
        strict: false,
        dryRun,
      });
    },
    undoModel: (actor, request, context) =>
      undoModel(ports, toWriter(actor, context, "models.undo"), request),
  };
}

async function undoModel(
  ports: OperationPorts,
  writer: Writer,
  record: z.output<typeof undoModelSchema>,
): Promise<OperationReport> {
  const found = await ports.unitOfWork.read(({ operations }) => operations.findChangeOf(record));
  if (found === undefined) throw unknownWrite(record);
  const { change, isShared } = found;
  const report = await runOperation(ports, writer, {
    kind: "undo",
    // A deletion has also touched what was built on the model; an operation of many is undone by its own id.
    work: [{ kind: "undo", change, ...(isShared && { uid: record.uid }) }],
    total: 1,
    undoes: null,
    strict: true,
    dryRun: false,
  });
  const failed = report.results.find(isFailure)?.error;
  if (failed === null || failed === undefined) return report;
  if (failed.code === "model_not_found") throw unknownWrite(record);
  throw new DomainError(failed.code, failed.message, {
    details: { ...(failed.issues && { issues: failed.issues }) },
  });
}

/** One answer for what there never was and what the caller may not see. */
function unknownWrite({ uid, revision }: z.output<typeof undoModelSchema>): DomainError {
  return new DomainError(
    "model_not_found",
    `There is no write of revision ${revision} of ${uid}, it is not kept any more, or you may not see it.`,
  );
}

/** By policy, each model has a change of its own. */
async function toChanges(
  { catalog, unitOfWork }: OperationPorts,
  actor: Actor,
  { ids, change }: { readonly ids: readonly ModelId[]; readonly change: BulkChange },
): Promise<readonly BulkChange[]> {
  if (change.policy === undefined) return [];
  assertAdministrator(actor);
  const policies = await unitOfWork.read((repositories) => repositories.policies.list());
  const snapshot = catalog.current();
  return ids.map((id) => toPolicyChange(snapshot, { id, change }, policies));
}

function selectIds(
  { catalog, health }: OperationPorts & { readonly health: HealthBoard },
  actor: Actor,
  select: BulkRequest["select"],
) {
  if ("ids" in select) return select.ids;
  const query = modelQuerySchema.parse(select.filter);
  const entries = listMatching({ snapshot: catalog.current(), health }, actor, query);
  if (entries.length !== select.expectedTotal) {
    throw new DomainError(
      "selection_changed",
      `The filter matches ${entries.length} models, and ${select.expectedTotal} were expected.`,
    );
  }
  return entries.map(({ id }) => modelIdSchema.parse(id));
}

async function getOwn({ unitOfWork }: OperationPorts, actor: Actor, id: string): Promise<Operation> {
  const operation = await unitOfWork.read(({ operations }) => operations.find(id));
  const { role, userId } = actor.principal;
  if (operation !== undefined && (role === "admin" || operation.actorId === userId)) return operation;
  throw new DomainError("operation_not_found");
}

function toWriter(actor: Actor, { requestId }: WriteContext, action: string): Writer {
  return { actor, author: { actorId: actor.principal.userId, requestId, action } };
}
