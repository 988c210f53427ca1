/** Every role, weakest first. `pending` has signed up and waits for an administrator. */
export const roles = ["pending", "user", "admin"] as const;
export type Role = (typeof roles)[number];

/** `suspended` keeps what it owns and may do nothing. */
export const accountStatuses = ["active", "suspended"] as const;
export type AccountStatus = (typeof accountStatuses)[number];

/** What the policy needs to know of who asks. A caller without an account is `null`. */
export type Principal = {
  readonly userId: string;
  readonly role: Role;
  readonly status: AccountStatus;
  readonly groupIds: ReadonlySet<string>;
  /** The administrators' bypass setting; only counts for role `admin`. */
  readonly bypass: boolean;
};

/**
 * Why this account may do nothing at all; `undefined` for an active user or administrator.
 * A role or status that this version does not know is barred too.
 */
export function findAccountBar(principal: Principal): "suspended" | "pending" | undefined {
  if (principal.status !== "active") return "suspended";
  return principal.role === "user" || principal.role === "admin" ? undefined : "pending";
}
