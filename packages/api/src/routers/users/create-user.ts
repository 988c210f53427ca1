import { roles } from "@corral/access-control";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { emailSchema, passwordSchema, personNameSchema, userSchema } from "../auth/session-schemas.ts";

/** An account made by an administrator, ready to sign in. */
export const createUser = administratorProcedure("none")
  .input(
    z.strictObject({
      email: emailSchema,
      password: passwordSchema,
      name: personNameSchema,
      role: z.enum(roles).default("user"),
    }),
  )
  .output(userSchema)
  .mutation(({ ctx, input }) => ctx.services.users.create(ctx.actor, input, ctx.client));
