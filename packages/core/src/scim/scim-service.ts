import type { Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { DomainError } from "../error/domain-error.ts";
import { changeUser } from "../identity/change-user.ts";
import type {
  DirectoryGroup,
  DirectoryGroupState,
  DirectoryPage,
  DirectoryQuery,
  DirectoryUser,
  DirectoryUserState,
} from "./directory.ts";
import type { ScimToken } from "./scim-token.ts";

type By = { readonly token: ScimToken; readonly requestId: string };

/**
 * Accounts and groups as a directory keeps them. What it writes is written as an administrator's own changes are, and
 * acknowledged when nobody serves what was before.
 */
export interface ScimService {
  listUsers(query: DirectoryQuery): Promise<DirectoryPage<DirectoryUser>>;
  /** @throws DomainError `user_not_found`. */
  getUser(id: string): Promise<DirectoryUser>;
  /** @throws DomainError `email_taken`, `name_taken`. */
  createUser(by: By, state: DirectoryUserState): Promise<DirectoryUser>;
  /** @throws DomainError as create, `user_not_found`, `last_admin`. */
  updateUser(
    by: By,
    id: string,
    change: (current: DirectoryUserState) => DirectoryUserState,
  ): Promise<DirectoryUser>;
  /** Its models go to nobody. @throws DomainError `user_not_found`, `last_admin`. */
  deleteUser(by: By, id: string): Promise<void>;
  listGroups(query: DirectoryQuery): Promise<DirectoryPage<DirectoryGroup>>;
  /** @throws DomainError `group_not_found`. */
  getGroup(id: string): Promise<DirectoryGroup>;
  /** @throws DomainError `name_taken`, `user_not_found`. */
  createGroup(by: By, state: DirectoryGroupState): Promise<DirectoryGroup>;
  /** @throws DomainError as create, `group_not_found`. */
  updateGroup(
    by: By,
    id: string,
    change: (current: DirectoryGroupState) => DirectoryGroupState,
  ): Promise<DirectoryGroup>;
  /** @throws DomainError `group_not_found`. */
  deleteGroup(by: By, id: string): Promise<void>;
}

type Ports = { readonly catalog: Pick<Catalog, "acknowledge">; readonly unitOfWork: UnitOfWork };
type Write = <T>(
  by: By & { readonly action: string },
  work: (repositories: Repositories) => Promise<T>,
) => Promise<T>;

export function createScimService({ catalog, unitOfWork }: Ports): ScimService {
  const write: Write = async ({ requestId, action }, work) => {
    const { value, change } = await unitOfWork.write({ actorId: null, requestId, action }, work);
    await catalog.acknowledge(change);
    return value;
  };
  return { ...createUsers(unitOfWork, write), ...createGroups(unitOfWork, write) };
}

function createUsers(
  unitOfWork: UnitOfWork,
  write: Write,
): Pick<ScimService, "listUsers" | "getUser" | "createUser" | "updateUser" | "deleteUser"> {
  return {
    listUsers: (query) => unitOfWork.read(({ scim }) => scim.listUsers(query)),
    getUser: (id) => unitOfWork.read((repositories) => getUser(repositories, id)),
    createUser: (by, state) =>
      write({ ...by, action: "scim.users.create" }, async (repositories) => {
        const { scim, directory } = repositories;
        await assertFreeName(repositories, state.userName);
        const { email, name } = state;
        const made = await directory.insertUser({
          email,
          name,
          emailVerified: false,
          role: by.token.newUserRole,
        });
        await scim.saveUser(made.id, state);
        if (!state.active) await changeUser(repositories, made.id, { status: "suspended" });
        return getUser(repositories, made.id);
      }),
    updateUser: (by, id, change) =>
      write({ ...by, action: "scim.users.update" }, async (repositories) => {
        const current = await repositories.scim.lockUser(id);
        if (current === undefined) throw new DomainError("user_not_found");
        await changeState(repositories, current, change(toUserState(current)));
        return getUser(repositories, id);
      }),
    deleteUser: (by, id) =>
      write({ ...by, action: "scim.users.delete" }, async (repositories) => {
        if ((await repositories.scim.lockUser(id)) === undefined) throw new DomainError("user_not_found");
        await repositories.users.delete(id, null);
      }),
  };
}

function createGroups(
  unitOfWork: UnitOfWork,
  write: Write,
): Pick<ScimService, "listGroups" | "getGroup" | "createGroup" | "updateGroup" | "deleteGroup"> {
  return {
    listGroups: (query) => unitOfWork.read(({ scim }) => scim.listGroups(query)),
    getGroup: (id) => unitOfWork.read((repositories) => getGroup(repositories, id)),
    createGroup: (by, { name, externalId, memberIds }) =>
      write({ ...by, action: "scim.groups.create" }, async (repositories) => {
        const { groups, scim } = repositories;
        const { id } = await groups.insert({ name, description: "", memberIds });
        if (externalId !== null) await scim.saveGroup(id, { externalId });
        return getGroup(repositories, id);
      }),
    updateGroup: (by, id, change) =>
      write({ ...by, action: "scim.groups.update" }, async (repositories) => {
        const { groups, scim } = repositories;
        const current = await scim.lockGroup(id);
        if (current === undefined) throw new DomainError("group_not_found");
        const { name, externalId, memberIds } = change(current);
        await groups.update(id, { ...(name !== current.name && { name }), memberIds });
        if (externalId !== current.externalId) await scim.saveGroup(id, { externalId });
        return getGroup(repositories, id);
      }),
    deleteGroup: (by, id) =>
      write({ ...by, action: "scim.groups.delete" }, async ({ groups, scim }) => {
        if ((await scim.lockGroup(id)) === undefined) throw new DomainError("group_not_found");
        await groups.delete(id);
      }),
  };
}

async function changeState(
  repositories: Repositories,
  current: DirectoryUser,
  next: DirectoryUserState,
): Promise<void> {
  const { scim } = repositories;
  const { id } = current;
  if (next.userName.toLowerCase() !== current.userName.toLowerCase()) {
    await assertFreeName(repositories, next.userName);
  }
  if (next.email !== current.email) await scim.setEmail(id, next.email);
  await scim.saveUser(id, next);
  const status = next.active ? "active" : "suspended";
  if (next.name === current.name && status === current.status) return;
  await changeUser(repositories, id, { name: next.name, status });
}

/** Accounts that no directory made are called by their address. */
async function assertFreeName({ scim }: Repositories, userName: string): Promise<void> {
  const filter = { attribute: "userName", value: userName } as const;
  const { total } = await scim.listUsers({ filter, offset: 0, limit: 1 });
  if (total > 0) throw new DomainError("name_taken", "Another account already has this user name.");
}

function toUserState(user: DirectoryUser): DirectoryUserState {
  return { ...user, active: user.status === "active" };
}

async function getUser({ scim }: Repositories, id: string): Promise<DirectoryUser> {
  const { items } = await scim.listUsers({ filter: { attribute: "id", value: id }, offset: 0, limit: 1 });
  if (items[0] === undefined) throw new DomainError("user_not_found");
  return items[0];
}

async function getGroup({ scim }: Repositories, id: string): Promise<DirectoryGroup> {
  const { items } = await scim.listGroups({ filter: { attribute: "id", value: id }, offset: 0, limit: 1 });
  if (items[0] === undefined) throw new DomainError("group_not_found");
  return items[0];
}
