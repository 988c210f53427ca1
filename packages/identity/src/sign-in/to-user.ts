import { accountStatuses, type AccountStatus, type Role, roles } from "@corral/access-control";
import type { User } from "@corral/core";

/** A person as better-auth gives it out. What it does not say counts as the least. */
export function toUser(user: {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role?: unknown;
  readonly status?: unknown;
  readonly createdAt: Date;
}): User {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    role: toRole(user.role),
    status: toStatus(user.status),
    // A program's account has neither password nor passkey.
    kind: "person",
    createdAt: user.createdAt.toISOString(),
  };
}

function toRole(text: unknown): Role {
  return roles.find((role) => role === text) ?? "pending";
}

function toStatus(text: unknown): AccountStatus {
  return accountStatuses.find((status) => status === text) ?? "suspended";
}
