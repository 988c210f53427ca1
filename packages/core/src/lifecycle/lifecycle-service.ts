import { z } from "zod";
import { listAliasesOf, showAliases } from "../catalog/aliases-of.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { findReadable } from "../catalog/find-readable.ts";
import type { Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import { modelIdSchema } from "../model/model-id.ts";
import type { BaseReference } from "../model/model-record.ts";
import type { WriteContext } from "../model/model-service.ts";
import { findWritable } from "../model/writable-entry.ts";
import type { ItemResult } from "../operation/item-write.ts";
import { writeItems } from "../operation/write-items.ts";
import type { DeprecateModel } from "./model-lifecycle.ts";
import type { UseRecorder } from "./use-recorder.ts";
import { whoIsAffected, type AffectedByModel } from "./who-is-affected.ts";

export const affectedQuerySchema = z.strictObject({
  id: modelIdSchema,
  /** How far back a use counts. */
  days: z.int().min(1).max(limits.useDaysMax).default(30),
});
export type AffectedQuery = z.output<typeof affectedQuerySchema>;

export const repointModelsSchema = z.strictObject({
  /** What they are built on, or stand for, now. */
  from: modelIdSchema,
  to: modelIdSchema,
  /** Only shows what would become of them. */
  dryRun: z.boolean().default(false),
});
export type RepointModels = z.output<typeof repointModelsSchema>;

export type Repointed = {
  readonly results: readonly ItemResult[];
  /** Aliases whose targets were changed, or would be: administrators change them, others hear nothing of them. */
  readonly aliases: readonly string[];
};

/** The end of models: announced, dated, with a successor. Those who may write a model say so. */
export interface LifecycleService {
  /** @throws DomainError `model_not_found`, `access_denied`, `base_model_not_found` for the successor, `base_cycle`. */
  deprecate(actor: Actor, input: DeprecateModel, context: WriteContext): Promise<void>;
  /** Takes it back. @throws DomainError `model_not_found`, `access_denied`. */
  reinstate(actor: Actor, id: string, context: WriteContext): Promise<void>;
  /** Whom the end of a model would meet. @throws DomainError as reinstate. */
  affected(actor: Actor, query: AffectedQuery): Promise<AffectedByModel>;
  /** What is built directly on one model is built on another. Each model is judged as its update would be. @throws DomainError as reinstate, `base_model_not_found`. */
  repoint(actor: Actor, input: RepointModels, context: WriteContext): Promise<Repointed>;
}

export type LifecyclePorts = {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
  readonly uses: Pick<UseRecorder, "listPending">;
  readonly now: () => Date;
};

export function createLifecycleService(ports: LifecyclePorts): LifecycleService {
  const { catalog, unitOfWork } = ports;
  const authorOf = (actor: Actor, { requestId }: WriteContext, action: string) => ({
    actorId: actor.principal.userId,
    requestId,
    action,
  });
  return {
    async deprecate(actor, { id, retiresAt, successorId, note }, context) {
      const snapshot = catalog.current();
      const entry = findWritable(snapshot, actor, id);
      const successor = successorId === null ? null : findSuccessor(snapshot, actor, { entry, successorId });
      const lifecycle = { retiresAt, note, successor: successor && toReference(successor) };
      const author = authorOf(actor, context, "models.deprecate");
      const { change } = await unitOfWork.write(author, ({ lifecycles }) =>
        lifecycles.set(lifecycle, toReference(entry)),
      );
      await catalog.acknowledge(change);
    },
    async reinstate(actor, id, context) {
      const { uid } = findWritable(catalog.current(), actor, id);
      const author = authorOf(actor, context, "models.reinstate");
      const { change } = await unitOfWork.write(author, ({ lifecycles }) => lifecycles.clear(uid));
      await catalog.acknowledge(change);
    },
    async affected(actor, query) {
      const entry = findWritable(catalog.current(), actor, query.id);
      return whoIsAffected(ports, actor, { entry, days: query.days });
    },
    async repoint(actor, { from, to, dryRun }, context) {
      const snapshot = catalog.current();
      const before = findWritable(snapshot, actor, from);
      const after = findReadable(snapshot, actor, to);
      if (after.uid === before.uid) throw new DomainError("base_cycle", `"${to}" is the model itself.`);
      const author = authorOf(actor, context, "models.repoint");
      const items = listBuiltOn(snapshot, before, after).map((id) => ({
        kind: "update" as const,
        input: { id, baseModelId: modelIdSchema.parse(after.id) },
      }));
      const request = { items, kind: "bulk" as const, strict: false, dryRun };
      const { results } = await writeItems({ catalog, unitOfWork }, { actor, author }, request);
      if (actor.principal.role !== "admin" || dryRun) {
        return { results, aliases: showAliases(listAliasesOf(snapshot, new Set([before.uid])), actor).named };
      }
      const { value: aliases, change } = await unitOfWork.write(author, (repositories) =>
        moveTargets(repositories, before, after),
      );
      await catalog.acknowledge(change);
      return { results, aliases };
    },
  };
}

/** Whoever names one must be able to read it; it must not be the model itself, nor one that is to go as well. */
function findSuccessor(
  snapshot: CatalogSnapshot,
  actor: Actor,
  { entry, successorId }: { readonly entry: CatalogEntry; readonly successorId: string },
): CatalogEntry {
  const successor = snapshot.findByName(successorId);
  if (successor === undefined || !snapshot.decide(actor.principal, "read", successor).allowed) {
    throw new DomainError("base_model_not_found", `The successor "${successorId}" is not here.`);
  }
  if (leadsTo(snapshot, successor.uid, entry.uid)) {
    throw new DomainError("base_cycle", `The successors of "${successorId}" lead back to "${entry.id}".`);
  }
  return successor;
}

function leadsTo(snapshot: CatalogSnapshot, from: string, to: string): boolean {
  const seen = new Set<string>();
  for (let uid: string | undefined = from; uid !== undefined && !seen.has(uid);) {
    if (uid === to) return true;
    seen.add(uid);
    uid = snapshot.lifecycleOf(uid)?.successor?.uid;
  }
  return false;
}

/** Directly; without the one that takes the place, which may itself be built on what goes. */
function listBuiltOn(snapshot: CatalogSnapshot, base: CatalogEntry, other: CatalogEntry) {
  return snapshot.dependantsOf(base.uid).flatMap((uid) => {
    const entry = uid === other.uid ? undefined : snapshot.findByUid(uid);
    return entry === undefined ? [] : modelIdSchema.parse(entry.id);
  });
}

async function moveTargets(
  { aliases }: Pick<Repositories, "aliases">,
  before: CatalogEntry,
  after: CatalogEntry,
): Promise<readonly string[]> {
  const moved: string[] = [];
  for (const alias of await aliases.listTargeting(toReference(before))) {
    const others = alias.targets.filter(({ model }) => model?.uid !== after.uid);
    const targets = others.map((target) =>
      target.model?.uid === before.uid ? { ...target, model: toReference(after), id: after.id } : target,
    );
    await aliases.update({ ...alias, targets });
    moved.push(alias.id);
  }
  return moved;
}

function toReference({ kind, uid }: CatalogEntry): BaseReference {
  return { kind: kind === "base" ? "base" : "record", uid };
}
