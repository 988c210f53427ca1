import type { BaseReference } from "../model/model-record.ts";
import type { Alias } from "./alias.ts";

export type NewAlias = Pick<Alias, "id" | "description" | "targets">;

/** Where aliases are kept. Callers have already decided about rights. */
export interface AliasRepository {
  /** By name. */
  list(): Promise<readonly Alias[]>;
  find(uid: string): Promise<Alias | undefined>;
  /**
   * Claims the name; with `takeName` also from a base model among the targets.
   *
   * @throws DomainError `model_id_taken`, `base_model_not_found` for a target that is gone.
   */
  insert(alias: NewAlias, options?: { readonly takeName?: boolean }): Promise<Alias>;
  /** Replaces description and targets. @throws DomainError `revision_conflict` with the current alias, `model_not_found`. */
  update(alias: Alias): Promise<Alias>;
  /** Also frees the name, which goes to a base model that waits for it. */
  delete(uid: string): Promise<void>;
  /** The aliases with this model among their targets, by name. */
  listTargeting(model: BaseReference): Promise<readonly Alias[]>;
}
