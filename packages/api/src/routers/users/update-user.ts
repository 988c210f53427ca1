import { roles } from "@corral/access-control";
import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { administratorProcedure } from "../../trpc.ts";
import { personNameSchema, userSchema } from "../auth/session-schemas.ts";

/** Name, role or status of an account. The last administrator cannot be demoted or suspended. */
export const updateUser = administratorProcedure("none")
  .input(
    z.strictObject({
      id: z.uuid(),
      name: personNameSchema.optional(),
      role: z.enum(roles).optional(),
      status: z.enum(["active", "suspended"]).optional(),
    }),
  )
  .output(userSchema)
  .mutation(({ ctx, input }) => ctx.services.users.update(ctx.actor, withoutUndefined(input), ctx.client));
