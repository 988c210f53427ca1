import { hasPermission, type AccountStatus, type Role } from "@corral/access-control";
import type { Catalog } from "../catalog/catalog.ts";
import type { Committed, Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import { limits } from "../limits.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { Accounts } from "./accounts.ts";
import type { Actor } from "./actor.ts";
import { changeUser } from "./change-user.ts";
import type { User } from "./user.ts";
import type { UserChange, UserQuery } from "./user-repository.ts";

/** One account with what only its own page shows. */
export type UserDetail = User & {
  /** A picture as a `data:` URL. */
  readonly image: string | null;
  /** `name` is `null` where the asker does not belong to the group. */
  readonly groups: readonly { readonly id: string; readonly name: string | null }[];
};

/** Somebody to share with. The address is for those who may see people. */
export type FoundUser = Pick<User, "id" | "name" | "kind"> & { readonly email: string | null };

/** Accounts, as administrators manage them and as people see each other. */
export interface UserService {
  /** Needs `users.read`. */
  list(actor: Actor, query: UserQuery): Promise<{ readonly users: readonly User[]; readonly total: number }>;
  /** Active accounts to share with: needs `models.share` or `users.read`. */
  search(actor: Actor, text: string): Promise<readonly FoundUser[]>;
  /** Oneself; others with `users.read`. @throws DomainError `access_denied`, `user_not_found`. */
  get(actor: Actor, id: string): Promise<UserDetail>;
  /** @throws DomainError `access_denied`, `email_taken`, `weak_password`. */
  create(
    actor: Actor,
    input: { readonly email: string; readonly password: string; readonly name: string; readonly role: Role },
    context: WriteContext,
  ): Promise<User>;
  /** A program's account: it has keys, and neither password nor sessions. @throws DomainError `access_denied`. */
  createService(
    actor: Actor,
    input: { readonly name: string; readonly role: "user" | "admin" },
    context: WriteContext,
  ): Promise<User>;
  /** Another role, or a suspension, ends the account's sessions. @throws DomainError `access_denied`, `user_not_found`, `last_admin`. */
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
  /** One's own name and picture. */
  updateOwn(
    actor: Actor,
    change: Pick<UserChange, "name" | "image">,
    context: WriteContext,
  ): Promise<UserDetail>;
  /** Its models go to `transferTo`, to nobody for `null`. @throws DomainError `access_denied`, `user_not_found`, `last_admin`. */
  delete(
    actor: Actor,
    input: { readonly id: string; readonly transferTo: string | null },
    context: WriteContext,
  ): Promise<void>;
  /** Ends every session of an account. @returns How many. @throws DomainError `access_denied`, `user_not_found`. */
  signOut(actor: Actor, id: string, context: WriteContext): Promise<number>;
}

type Ports = {
  readonly catalog: Pick<Catalog, "acknowledge" | "current">;
  readonly unitOfWork: UnitOfWork;
  readonly accounts: Pick<Accounts, "addUser">;
};

export function createUserService(ports: Ports): UserService {
  const write = async <T>(
    actor: Actor,
    by: WriteContext & { readonly action: string },
    work: (repositories: Repositories) => Promise<T>,
  ): Promise<T> => {
    const author = { actorId: actor.principal.userId, ...by };
    const { value, change }: Committed<T> = await ports.unitOfWork.write(author, work);
    await ports.catalog.acknowledge(change);
    return value;
  };
  const writeAsAdministrator: typeof write = async (actor, by, work) => {
    assertAdministrator(actor);
    return write(actor, by, work);
  };

  return {
    async list(actor, query) {
      assertMaySeePeople(actor);
      return ports.unitOfWork.read(({ users }) => users.list(query));
    },
    search: (actor, text) => searchUsers(ports, actor, text),
    get: (actor, id) => getUser(ports, actor, id),
    async create(actor, input, { requestId }) {
      assertAdministrator(actor);
      const author = { actorId: actor.principal.userId, requestId, action: "users.create" };
      return ports.accounts.addUser(input, author);
    },
    createService: (actor, input, context) =>
      writeAsAdministrator(actor, { ...context, action: "users.createService" }, ({ users }) =>
        users.insertService(input),
      ),
    update: (actor, { id, ...change }, context) =>
      writeAsAdministrator(actor, { ...context, action: "users.update" }, (repositories) =>
        changeUser(repositories, id, { ...change, except: ownSession(actor, id) }),
      ),
    async updateOwn(actor, change, context) {
      const { userId } = actor.principal;
      await write(actor, { ...context, action: "auth.updateProfile" }, async ({ users, audit }) => {
        await users.update(userId, change);
        // No list shows a picture, so the log of changes does not follow it.
        const details = { image: change.image === null ? "removed" : "changed" };
        if (change.image !== undefined) await audit.note({ targetKind: "user", targetUid: userId, details });
      });
      return getUser(ports, actor, userId);
    },
    delete: (actor, { id, transferTo }, context) =>
      writeAsAdministrator(actor, { ...context, action: "users.delete" }, async ({ users }) => {
        if (transferTo !== null) assertMayInherit(ports, id, transferTo);
        await users.delete(id, transferTo);
      }),
    signOut: (actor, id, context) =>
      writeAsAdministrator(actor, { ...context, action: "users.signOut" }, async ({ users }) => {
        if ((await users.find(id)) === undefined) throw new DomainError("user_not_found");
        return users.endSessions(id);
      }),
  };
}

/** People and groups are managed by active administrators. @throws DomainError `access_denied`. */
export function assertAdministrator(actor: Actor): void {
  const { role, status } = actor.principal;
  if (role === "admin" && status === "active") return;
  throw new DomainError("access_denied", "Only administrators may do this.");
}

function ownSession(actor: Actor, id: string): { readonly sessionId: string } | undefined {
  const { credential, principal } = actor;
  const isOwn = principal.userId === id && credential.kind === "session";
  return isOwn ? { sessionId: credential.sessionId } : undefined;
}

function assertMaySeePeople(actor: Actor): void {
  if (hasPermission(actor.principal, "users.read", actor.permissions)) return;
  throw new DomainError("access_denied", "Seeing other people's accounts needs the permission users.read.");
}

async function searchUsers(
  ports: Ports,
  { principal, permissions }: Actor,
  text: string,
): Promise<readonly FoundUser[]> {
  const knowsAddresses = hasPermission(principal, "users.read", permissions);
  if (!knowsAddresses && !hasPermission(principal, "models.share", permissions)) {
    throw new DomainError("access_denied", "Finding people needs the permission models.share or users.read.");
  }
  const query = { text, knowsAddresses, limit: limits.foundUsers };
  const found = await ports.unitOfWork.read(({ users }) => users.search(query));
  return found.map(({ id, name, kind, email }) => ({ id, name, kind, email: knowsAddresses ? email : null }));
}

async function getUser(ports: Ports, actor: Actor, id: string): Promise<UserDetail> {
  const { userId, role, groupIds } = actor.principal;
  if (id !== userId) assertMaySeePeople(actor);
  const { user, image } = await ports.unitOfWork.read(async ({ users }) => ({
    user: await users.find(id),
    image: await users.findImage(id),
  }));
  if (user === undefined) throw new DomainError("user_not_found");
  const snapshot = ports.catalog.current();
  const groups = (snapshot.findUser(id)?.groupIds ?? []).map((groupId) => {
    const isKnown = role === "admin" || groupIds.has(groupId);
    return { id: groupId, name: isKnown ? (snapshot.findGroup(groupId)?.name ?? null) : null };
  });
  return { ...user, image, groups };
}

function assertMayInherit({ catalog }: Ports, id: string, heirId: string): void {
  const heir = catalog.current().findUser(heirId);
  if (heir !== undefined && heirId !== id && heir.status === "active" && heir.role !== "pending") return;
  throw new DomainError("user_not_found", "Nobody who could take the models over has this id.", {
    details: { issues: [{ path: ["transferTo"], message: "is no active account" }] },
  });
}
