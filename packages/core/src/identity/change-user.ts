import type { Repositories } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { User } from "./user.ts";
import type { UserChange } from "./user-repository.ts";

/**
 * Changes an account, whoever asks for it: another role, or a suspension, ends its sessions but `except`.
 *
 * @throws DomainError `user_not_found`, `last_admin`, `invalid_input`.
 */
export async function changeUser(
  { users }: Pick<Repositories, "users">,
  id: string,
  { except, ...change }: UserChange & { readonly except?: { readonly sessionId: string } | undefined },
): Promise<User> {
  const before = await users.find(id);
  if (before?.kind === "service" && change.role === "pending") throw neverWaits();
  const user = await users.update(id, change);
  if (before !== undefined && endsSessions(before, user)) await users.endSessions(id, except);
  return user;
}

/** Whoever could do more or less than before proves anew who they are. Who is only let in goes on. */
function endsSessions(before: User, after: User): boolean {
  return after.status !== "active" || (before.role !== after.role && before.role !== "pending");
}

function neverWaits(): DomainError {
  return new DomainError("invalid_input", "A service account cannot wait for approval; suspend it instead.", {
    details: { issues: [{ path: ["role"], message: "must be user or admin" }] },
  });
}
