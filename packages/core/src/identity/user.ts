import type { AccountStatus, Role } from "@corral/access-control";

/** An account, without anything secret. Times are ISO 8601 in UTC. */
export type User = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: AccountStatus;
  readonly createdAt: string;
};

/** Some people who are named together in access rules. */
export type Group = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly memberIds: readonly string[];
  readonly createdAt: string;
};
