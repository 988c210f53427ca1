import type { AccountStatus, Permission, Role } from "@corral/access-control";
import type { Group, User } from "./user.ts";

/** All that is named must hold. */
export type UserQuery = {
  /** A part of the name or of the address. */
  readonly search?: string;
  readonly role?: Role;
  readonly status?: AccountStatus;
  readonly kind?: User["kind"];
  readonly offset: number;
  readonly limit: number;
};

export type UserChange = {
  readonly name?: string;
  /** A picture as a `data:` URL; `null`: none. */
  readonly image?: string | null;
  readonly role?: Role;
  readonly status?: AccountStatus;
};

/** Where accounts are kept, but for their credentials, which belong to the identity package. */
export interface UserRepository {
  list(query: UserQuery): Promise<{ readonly users: readonly User[]; readonly total: number }>;
  /**
   * Active members and administrators by a part of their name, or by their address: a part of it for who may see
   * addresses, else the whole.
   */
  search(query: {
    readonly text: string;
    readonly knowsAddresses: boolean;
    readonly limit: number;
  }): Promise<readonly User[]>;
  find(id: string): Promise<User | undefined>;
  /** As a `data:` URL; `null` for none and for an unknown account. */
  findImage(id: string): Promise<string | null>;
  /** A program's account, with an address that nobody has. */
  insertService(account: { readonly name: string; readonly role: Role }): Promise<User>;
  /** @throws DomainError `last_admin`, `user_not_found`. */
  update(id: string, change: UserChange): Promise<User>;
  /** Ends all sessions of an account but one. @returns How many there were. */
  endSessions(id: string, except?: { readonly sessionId: string }): Promise<number>;
  /**
   * Sessions, keys and grants go with the account. Its models go to `heirId`; to nobody for `null`.
   *
   * @throws DomainError `last_admin`, `user_not_found`.
   */
  delete(id: string, heirId: string | null): Promise<void>;
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
    readonly permissions?: readonly Permission[];
  }): Promise<Group>;
  /** @throws DomainError `name_taken`, `user_not_found`, `group_not_found`. */
  update(
    id: string,
    change: {
      readonly name?: string;
      readonly description?: string;
      readonly memberIds?: readonly string[];
      readonly permissions?: readonly Permission[];
    },
  ): Promise<Group>;
  /** Its grants go with it. */
  delete(id: string): Promise<void>;
}
