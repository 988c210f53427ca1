import { z } from "zod";
import { publicProcedure } from "../../trpc.ts";

/** Whether the first administrator still has to be made, and whether strangers may sign up. */
export const setupState = publicProcedure
  .output(z.strictObject({ needsAdministrator: z.boolean(), signUpOpen: z.boolean() }))
  .query(({ ctx }) => ctx.services.accounts.setupState());
