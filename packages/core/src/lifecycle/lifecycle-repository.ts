import type { BaseReference } from "../model/model-record.ts";
import type { ModelLifecycle } from "./model-lifecycle.ts";

/** When somebody, by one of their keys or without, last called a model. */
export type ModelUse = {
  /** Of what was asked for: a model or an alias. */
  readonly uid: string;
  readonly userId: string;
  readonly keyId: string | null;
  /** ISO 8601. */
  readonly at: string;
};

/** A key whose list names a model. */
export type NamingKey = { readonly id: string; readonly name: string; readonly userId: string };

/** What is said about the end of models, and who uses them. */
export interface LifecycleRepository {
  /** In place of what was said before. @throws DomainError `model_not_found` when the model is gone. */
  set(lifecycle: Omit<ModelLifecycle, "uid" | "deprecatedAt">, model: BaseReference): Promise<void>;
  /** `false`: nothing was said. */
  clear(uid: string): Promise<boolean>;
  /** The later of what is known and what is told, for each. Of people and keys that are gone, nothing is kept. */
  noteUses(uses: readonly ModelUse[]): Promise<void>;
  /** The latest use of any of these by each person, the last first, at most `limit` of them. */
  listUses(
    uids: readonly string[],
    options: { readonly since: string; readonly limit: number },
  ): Promise<readonly Omit<ModelUse, "uid" | "keyId">[]>;
  listKeysNaming(uids: readonly string[]): Promise<readonly NamingKey[]>;
}
