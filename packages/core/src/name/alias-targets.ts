import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import type { AliasTarget, CreateAlias } from "./alias.ts";

type GivenTargets = {
  readonly actor: Actor;
  readonly given: CreateAlias["targets"];
  readonly stored?: readonly AliasTarget[];
};

/**
 * Targets are bases under the same rule: whoever names one must be able to read it. One it already has is not judged.
 *
 * @throws DomainError `base_model_not_found`, `invalid_input` for one that is named twice.
 */
export function resolveTargets(
  snapshot: CatalogSnapshot,
  { actor, given, stored = [] }: GivenTargets,
): readonly AliasTarget[] {
  const known = new Set(stored.flatMap(({ model }) => model?.uid ?? []));
  const seen = new Set<string>();
  return given.map(({ id, weight }, at) => {
    const entry = snapshot.findByName(id);
    const mayName =
      entry !== undefined &&
      (known.has(entry.uid) || snapshot.decide(actor.principal, "read", entry).allowed);
    if (!mayName) throw unknownTarget(id, at);
    if (seen.has(entry.uid)) throw namedTwice(id, at);
    seen.add(entry.uid);
    return {
      model: { kind: entry.kind === "base" ? "base" : "record", uid: entry.uid },
      id: entry.id,
      weight,
    };
  });
}

function unknownTarget(id: string, at: number): DomainError {
  return new DomainError(
    "base_model_not_found",
    `The target "${id}" is not a model, or you may not read it. An alias cannot stand for another alias.`,
    { details: { issues: [{ path: ["targets", at, "id"], message: "is not a model that you may read" }] } },
  );
}

function namedTwice(id: string, at: number): DomainError {
  return new DomainError("invalid_input", `The target "${id}" is named twice; give it one weight.`, {
    details: { issues: [{ path: ["targets", at, "id"], message: "is named twice" }] },
  });
}
