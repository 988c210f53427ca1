import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { personNameSchema, userSchema } from "../auth/session-schemas.ts";

/** An account for a program: it owns keys, and nobody can sign in to it. */
export const createServiceAccount = administratorProcedure("none")
  .input(z.strictObject({ name: personNameSchema, role: z.enum(["user", "admin"]).default("user") }))
  .output(userSchema)
  .mutation(({ ctx, input }) => ctx.services.users.createService(ctx.actor, input, ctx.client));
