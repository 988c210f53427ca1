import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";

/** Nobody signs in by this passkey any more. */
export const deletePasskey = accountProcedure
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.passkeys.delete(ctx.actor, input.id, ctx.client);
    return { id: input.id };
  });
