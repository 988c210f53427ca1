import type { Catalog } from "../catalog/catalog.ts";
import type { Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError, isDomainError } from "../error/domain-error.ts";
import { errorCodes } from "../error/error-codes.ts";
import type { Actor, ChangeAuthor } from "../identity/actor.ts";
import type { Writer } from "../model/model-ports.ts";
import { orderReverts } from "./judge-revert.ts";
import { countOutcomes, isFailure, isWrite, type ItemResult } from "./item-write.ts";
import type {
  Chunk,
  ChunkWork,
  NewOperation,
  OperationAuthor,
  OperationKind,
  OperationReport,
} from "./operation.ts";
import { writeItemsWithin } from "./write-items-within.ts";

export type OperationPorts = { readonly catalog: Catalog; readonly unitOfWork: UnitOfWork };

export type OperationPlan = {
  readonly kind: OperationKind;
  /** Each part is one transaction. */
  readonly work: readonly ChunkWork[];
  readonly total: number;
  readonly undoes: string | null;
  readonly strict: boolean;
  readonly dryRun: boolean;
};

/** Writes what was planned. @throws DomainError for what concerns all of it. */
export async function runOperation(
  ports: OperationPorts,
  writer: Writer,
  plan: OperationPlan,
): Promise<OperationReport> {
  const isTrial = plan.dryRun || (plan.strict && plan.work.length > 1);
  if (isTrial || plan.work.length <= 1) {
    const report = await writeAtOnce(ports, writer, plan);
    if (plan.dryRun || plan.work.length <= 1 || report.results.some(isFailure)) return report;
  }
  const operation = toNewOperation(writer, plan);
  const author = { ...writer.author };
  const { value: id } = await ports.unitOfWork.write(author, ({ operations }) =>
    operations.insertPlanned(operation, plan.work),
  );
  await finishOperation(ports, id);
  return reportOf(ports, id, plan.total);
}

/** Goes on with an operation until it has ended: here, or in another process that is at it too. */
export async function finishOperation(
  ports: OperationPorts,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  while (signal?.aborted !== true) {
    const next = await ports.unitOfWork.read(({ operations }) => operations.findNextChunk(id));
    if (next === undefined) return;
    try {
      await finishChunk(ports, id, next);
    } catch (error) {
      // What is wrong with the database today may be right tomorrow; anything else would only be repeated.
      if (!isDomainError(error) || errorCodes[error.code].status !== 503) await fail(ports, id, next.author);
      throw error;
    }
  }
}

async function finishChunk(ports: OperationPorts, id: string, next: Chunk): Promise<void> {
  const { work, index, author, kind } = next;
  const actor = findActor(ports, author);
  if (actor === undefined) return fail(ports, id, author);
  const { change } = await ports.unitOfWork.write(toChangeAuthor(author, work), async (repositories) => {
    if (!(await repositories.operations.lockChunk(id, index))) return;
    const results = await writeChunk(ports, repositories, { actor, kind, work });
    await repositories.operations.finishChunk(id, index, results);
  });
  await ports.catalog.acknowledge(change);
}

/** All in one transaction, with the operation itself; taken back where nothing is to be written after all. */
async function writeAtOnce(
  ports: OperationPorts,
  writer: Writer,
  plan: OperationPlan,
): Promise<OperationReport> {
  const { actor } = writer;
  const [first] = plan.work;
  const author = first?.kind === "undo" ? { ...writer.author, undoes: first.change } : writer.author;
  try {
    const { value, change } = await ports.unitOfWork.write(author, async (repositories) => {
      const results: ItemResult[] = [];
      for (const work of plan.work) {
        results.push(...(await writeChunk(ports, repositories, { actor, kind: plan.kind, work })));
      }
      if (plan.dryRun || (plan.strict && results.some(isFailure))) throw new TakenBack(results);
      const operationId = results.some(isWrite)
        ? await repositories.operations.insertDone(
            { ...toNewOperation(writer, plan), total: results.length },
            results,
          )
        : null;
      return { operationId, state: "done" as const, results, counts: countOutcomes(results) };
    });
    await ports.catalog.acknowledge(change);
    return value;
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
    return error.toReport();
  }
}

async function writeChunk(
  { catalog }: OperationPorts,
  repositories: Repositories,
  { actor, kind, work }: { readonly actor: Actor; readonly kind: OperationKind; readonly work: ChunkWork },
): Promise<readonly ItemResult[]> {
  const world = { snapshot: catalog.current(), actor, kind };
  if (work.kind === "items") return writeItemsWithin(repositories, world, work.items);
  const changes = await repositories.operations.listRecordChanges(work.change, work.uid);
  if (changes.length === 0) {
    throw new DomainError("version_not_found", "What is to be undone is not kept any more.");
  }
  const items = orderReverts(changes).map((change) => ({ kind: "revert", change }) as const);
  return writeItemsWithin(repositories, world, items);
}

/** Takes a transaction back and carries out what it would have done. */
class TakenBack extends Error {
  readonly results: readonly ItemResult[];

  constructor(results: readonly ItemResult[]) {
    super("The transaction was taken back on purpose.");
    this.results = results;
  }

  /** What was made for the trial has no uid that would mean anything. */
  toReport(): OperationReport {
    const results = this.results.map((result) =>
      result.outcome === "created" ? { ...result, uid: null } : result,
    );
    return { operationId: null, state: "done", results, counts: countOutcomes(results) };
  }
}

async function reportOf({ unitOfWork }: OperationPorts, id: string, total: number): Promise<OperationReport> {
  return unitOfWork.read(async ({ operations }) => {
    const results = await operations.listResults(id, { offset: 0, limit: total });
    const state = (await operations.find(id))?.state ?? "failed";
    return { operationId: id, state, results, counts: countOutcomes(results) };
  });
}

async function fail({ unitOfWork }: OperationPorts, id: string, author: OperationAuthor): Promise<void> {
  await unitOfWork.write(toChangeAuthor(author), ({ operations }) => operations.fail(id));
}

function toNewOperation({ actor, author }: Writer, { kind, total, undoes }: OperationPlan): NewOperation {
  const { requestId, action } = author;
  return {
    kind,
    total,
    undoes,
    author: {
      actorId: actor.principal.userId,
      action,
      permissions: [...actor.permissions],
      ...(requestId !== undefined && { requestId }),
    },
  };
}

function toChangeAuthor({ actorId, action, requestId }: OperationAuthor, work?: ChunkWork): ChangeAuthor {
  return {
    actorId,
    action,
    ...(requestId !== undefined && { requestId }),
    ...(work?.kind === "undo" && { undoes: work.change }),
  };
}

/** The author as they are by now; `undefined` for one who may do nothing any more. */
function findActor({ catalog }: OperationPorts, author: OperationAuthor): Actor | undefined {
  const snapshot = catalog.current();
  const principal = snapshot.principalOf(author.actorId);
  const user = snapshot.findUser(author.actorId);
  if (principal === undefined || user === undefined) return undefined;
  if (principal.status !== "active" || principal.role === "pending") return undefined;
  const now = snapshot.permissionsOf(author.actorId);
  return {
    principal,
    permissions: new Set(author.permissions.filter((permission) => now.has(permission))),
    name: user.name,
    email: user.email,
    // a key that may name some models alone writes none, so there is no narrower one to remember
    credential: { kind: "session", sessionId: "" },
  };
}
