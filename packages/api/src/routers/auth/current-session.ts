import { hasPermission, permissions } from "@corral/access-control";
import { publicProcedure } from "../../trpc.ts";
import { currentSessionSchema } from "./session-schemas.ts";

/** Who is signed in; `null` for nobody. */
export const currentSession = publicProcedure
  .output(currentSessionSchema.nullable())
  .query(({ ctx: { actor } }) => {
    if (actor === null) return null;
    const { principal, name, email, credential } = actor;
    return {
      user: { id: principal.userId, name, email, role: principal.role },
      permissions: permissions.filter((permission) =>
        hasPermission(principal, permission, actor.permissions),
      ),
      groupIds: [...principal.groupIds],
      credential: credential.kind,
    };
  });
