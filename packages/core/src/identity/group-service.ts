import type { Permission } from "@corral/access-control";
import type { Catalog } from "../catalog/catalog.ts";
import type { Committed, Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { Actor } from "./actor.ts";
import type { Group } from "./user.ts";
import { assertAdministrator } from "./user-service.ts";

export type GroupInput = {
  readonly name: string;
  readonly description: string;
  readonly memberIds: readonly string[];
  /** What its members may do beyond the defaults for all; nothing when absent. */
  readonly permissions?: readonly Permission[];
};

/** A group as somebody sees it: who belongs to it is for administrators, others know how many they are. */
export type SeenGroup = Group & { readonly memberCount: number };

/** Groups: administrators manage all of them, members see their own without the other members. */
export interface GroupService {
  list(actor: Actor): Promise<readonly SeenGroup[]>;
  /** @throws DomainError `access_denied`, `name_taken`, `user_not_found`. */
  create(actor: Actor, input: GroupInput, context: WriteContext): Promise<SeenGroup>;
  /** A present field replaces its whole value. @throws DomainError as create, `group_not_found`. */
  update(
    actor: Actor,
    input: { readonly id: string } & Partial<GroupInput>,
    context: WriteContext,
  ): Promise<SeenGroup>;
  /** Its grants end with it. @throws DomainError `access_denied`, `group_not_found`. */
  delete(actor: Actor, id: string, context: WriteContext): Promise<void>;
}

export function createGroupService(ports: {
  readonly catalog: Pick<Catalog, "acknowledge">;
  readonly unitOfWork: UnitOfWork;
}): GroupService {
  const write = async <T>(
    actor: Actor,
    by: WriteContext & { readonly action: string },
    work: (repositories: Repositories) => Promise<T>,
  ): Promise<T> => {
    assertAdministrator(actor);
    const author = { actorId: actor.principal.userId, ...by };
    const { value, change }: Committed<T> = await ports.unitOfWork.write(author, work);
    await ports.catalog.acknowledge(change);
    return value;
  };

  return {
    async list(actor) {
      const stored = await ports.unitOfWork.read((repositories) => repositories.groups.list());
      const groups = stored.map(withCount);
      const { role, groupIds, userId } = actor.principal;
      if (role === "admin") return groups;
      return groups
        .filter((group) => groupIds.has(group.id))
        .map((group) => ({ ...group, memberIds: [userId] }));
    },
    create: (actor, input, context) =>
      write(actor, { ...context, action: "groups.create" }, async ({ groups }) =>
        withCount(await groups.insert(input)),
      ),
    update: (actor, { id, ...change }, context) =>
      write(actor, { ...context, action: "groups.update" }, async ({ groups }) =>
        withCount(await groups.update(id, change)),
      ),
    delete: (actor, id, context) =>
      write(actor, { ...context, action: "groups.delete" }, async ({ groups }) => {
        if ((await groups.find(id)) === undefined) throw new DomainError("group_not_found");
        await groups.delete(id);
      }),
  };
}

function withCount(group: Group): SeenGroup {
  return { ...group, memberCount: group.memberIds.length };
}
