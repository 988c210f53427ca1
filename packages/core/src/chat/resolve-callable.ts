import type { Catalog } from "../catalog/catalog.ts";
import type { Resolution, ResolvedModel } from "../catalog/catalog-snapshot.ts";
import { unknownModel } from "../catalog/find-readable.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import type { UseRecorder } from "../lifecycle/use-recorder.ts";
import { drawOrder } from "../name/draw-order.ts";

/**
 * The models that may answer for a name, the one to ask first in front: several where the name is an alias.
 *
 * @throws DomainError as the snapshot refuses; `model_not_found` for what does not exist or the actor may not see.
 */
export function resolveCallable(
  ports: {
    readonly catalog: Pick<Catalog, "current">;
    readonly random: () => number;
    readonly uses: Pick<UseRecorder, "note">;
  },
  actor: Actor,
  name: string,
): readonly ResolvedModel[] {
  const snapshot = ports.catalog.current();
  const entry = snapshot.findByName(name);
  if (entry !== undefined) {
    const resolution = snapshot.resolve(actor, entry);
    if (!resolution.ok) throw toError(resolution, name);
    ports.uses.note(actor, entry.uid);
    return [resolution.model];
  }
  const alias = snapshot.findAlias(name);
  if (alias === undefined) throw unknownModel(name);
  const resolution = snapshot.resolveAlias(actor, alias);
  if (!resolution.ok) throw toError(resolution, name);
  ports.uses.note(actor, alias.uid);
  return drawOrder(resolution.targets, ports.random).map(({ model }) => model);
}

function toError(refusal: Extract<Resolution, { ok: false }>, name: string): DomainError {
  return refusal.code === "model_not_found"
    ? unknownModel(name)
    : new DomainError(refusal.code, refusal.message);
}
