import { hasPermission, type AccountStatus, type Role } from "@corral/access-control";
import type { Catalog } from "../catalog/catalog.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { Accounts } from "./accounts.ts";
import type { Actor } from "./actor.ts";
import type { User } from "./user.ts";

/** Accounts, as administrators manage them. */
export interface UserService {
  /** Needs `users.read`. */
  list(
    actor: Actor,
    query: { readonly search?: string; readonly offset: number; readonly limit: number },
  ): Promise<{ readonly users: readonly User[]; readonly total: number }>;
  /** @throws DomainError `access_denied`, `email_taken`, `weak_password`. */
  create(
    actor: Actor,
    input: { readonly email: string; readonly password: string; readonly name: string; readonly role: Role },
    context: WriteContext,
  ): Promise<User>;
  /** @throws DomainError `access_denied`, `user_not_found`, `last_admin`. */
  update(
    actor: Actor,
    input: {
      readonly id: string;
      readonly name?: string;
      readonly role?: Role;
      readonly status?: AccountStatus;
    },
    context: WriteContext,
  ): Promise<User>;
}

export function createUserService(ports: {
  readonly catalog: Pick<Catalog, "acknowledge">;
  readonly unitOfWork: UnitOfWork;
  readonly accounts: Pick<Accounts, "addUser">;
}): UserService {
  return {
    async list(actor, query) {
      if (!hasPermission(actor.principal, "users.read", actor.permissions)) {
        throw new DomainError(
          "access_denied",
          "Seeing other people's accounts needs the permission users.read.",
        );
      }
      return ports.unitOfWork.read(({ users }) => users.list(query));
    },
    async create(actor, input, { requestId }) {
      assertAdministrator(actor);
      return ports.accounts.addUser(input, {
        actorId: actor.principal.userId,
        requestId,
        action: "users.create",
      });
    },
    async update(actor, { id, ...change }, { requestId }) {
      assertAdministrator(actor);
      const author = { actorId: actor.principal.userId, requestId, action: "users.update" };
      const written = await ports.unitOfWork.write(author, ({ users }) => users.update(id, change));
      await ports.catalog.acknowledge(written.change);
      return written.value;
    },
  };
}

/** People and groups are managed by active administrators. @throws DomainError `access_denied`. */
export function assertAdministrator(actor: Actor): void {
  const { role, status } = actor.principal;
  if (role === "admin" && status === "active") return;
  throw new DomainError("access_denied", "Only administrators may do this.");
}
