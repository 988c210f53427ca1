import type { AccountStatus, Role } from "@corral/access-control";
import type { Group, User } from "./user.ts";

/** Where accounts are kept, but for their credentials, which belong to the identity package. */
export interface UserRepository {
  list(query: {
    readonly search?: string;
    readonly offset: number;
    readonly limit: number;
  }): Promise<{ readonly users: readonly User[]; readonly total: number }>;
  find(id: string): Promise<User | undefined>;
  /** @throws DomainError `last_admin`, `user_not_found`. */
  update(
    id: string,
    change: { readonly name?: string; readonly role?: Role; readonly status?: AccountStatus },
  ): Promise<User>;
}

/** Where groups and their members are kept. */
export interface GroupRepository {
  list(): Promise<readonly Group[]>;
  find(id: string): Promise<Group | undefined>;
  /** @throws DomainError `name_taken`, `user_not_found`. */
  insert(group: {
    readonly name: string;
    readonly description: string;
    readonly memberIds: readonly string[];
  }): Promise<Group>;
  /** @throws DomainError `name_taken`, `user_not_found`, `group_not_found`. */
  update(
    id: string,
    change: { readonly name?: string; readonly description?: string; readonly memberIds?: readonly string[] },
  ): Promise<Group>;
  /** Its grants go with it. */
  delete(id: string): Promise<void>;
}
