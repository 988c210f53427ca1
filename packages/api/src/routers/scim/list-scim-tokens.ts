import { scimTokenSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Tokens of directories, masked, the newest first. */
export const listScimTokens = administratorProcedure("none")
  .output(z.strictObject({ tokens: z.array(scimTokenSchema) }))
  .query(async ({ ctx }) => ({ tokens: [...(await ctx.services.scimTokens.list(ctx.actor))] }));
