import { baseNameViewSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** The settings for all tags of a name of Ollama's (`llama3` for `llama3:8b`), and which models they are about. */
export const listBaseNames = administratorProcedure("admin")
  .output(z.strictObject({ baseNames: z.array(baseNameViewSchema) }))
  .query(async ({ ctx }) => ({ baseNames: [...(await ctx.services.baseNames.list(ctx.actor))] }));
