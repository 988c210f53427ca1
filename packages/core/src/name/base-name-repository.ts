import type { BaseNameOverride } from "./base-name.ts";

/** What is written: the rest is the database's. */
export type BaseNameSettings = Pick<BaseNameOverride, "name" | "params" | "paramModes" | "meta">;

/** Where the settings of base names are kept. Callers have already decided about rights. */
export interface BaseNameRepository {
  /** By name. */
  list(): Promise<readonly BaseNameOverride[]>;
  findMany(uids: readonly string[]): Promise<readonly BaseNameOverride[]>;
  /** By its name in any spelling. */
  find(name: string): Promise<BaseNameOverride | undefined>;
  /** @throws DomainError `name_taken` when the name has settings. */
  insert(settings: BaseNameSettings): Promise<BaseNameOverride>;
  /** @throws DomainError `revision_conflict` with the current state, `base_name_not_found`. */
  update(settings: BaseNameSettings & { readonly revision: number }): Promise<BaseNameOverride>;
  /** @throws DomainError `base_name_not_found`. */
  delete(name: string): Promise<void>;
}
