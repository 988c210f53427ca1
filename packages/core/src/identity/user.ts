import type { AccountStatus, Permission, Role } from "@corral/access-control";

/** An account, without anything secret. Times are ISO 8601 in UTC. */
export type User = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: AccountStatus;
  /** A `service` account is a program's: it owns keys, and nobody signs in to it. */
  readonly kind: "person" | "service";
  readonly createdAt: string;
};

/** Some people who are named together in access rules. */
export type Group = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly memberIds: readonly string[];
  /** What its members may do beyond the defaults for all. */
  readonly permissions: readonly Permission[];
  readonly createdAt: string;
};
