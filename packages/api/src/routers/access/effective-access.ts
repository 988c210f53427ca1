import { accountStatuses, permissions, roles } from "@corral/access-control";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

const namedSchema = z.strictObject({ id: z.string(), name: z.string() });

const sourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["administrator", "default"]) }),
  z.strictObject({ kind: z.literal("group"), group: namedSchema }),
]);

const effectiveAccessSchema = z.strictObject({
  user: namedSchema,
  role: z.enum(roles),
  status: z.enum(accountStatuses),
  bypass: z.boolean(),
  groups: z.array(namedSchema),
  permissions: z.array(
    z.strictObject({
      permission: z.enum(permissions),
      allowed: z.boolean(),
      sources: z.array(sourceSchema),
    }),
  ),
});

/** What somebody may do apart from any single model, and where each permission comes from. Others: for administrators. */
export const effectiveAccess = memberProcedure("models:read")
  .input(z.strictObject({ userId: z.uuid().optional() }).default({}))
  .output(effectiveAccessSchema)
  .query(({ ctx, input: { userId } }) => {
    const { groups, permissions: stated, ...access } = ctx.services.access.effective(ctx.actor, userId);
    return {
      ...access,
      groups: [...groups],
      permissions: stated.map(({ sources, ...rest }) => ({ ...rest, sources: [...sources] })),
    };
  });
