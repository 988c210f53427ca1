import { affectedQuerySchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

const countedSchema = z.strictObject({ named: z.array(z.string()), hidden: z.int() });
const affectedSchema = z.strictObject({
  models: countedSchema,
  aliases: countedSchema,
  keys: z.strictObject({
    named: z.array(z.strictObject({ name: z.string(), ownerName: z.string().nullable() })),
    hidden: z.int(),
  }),
  users: z.array(z.strictObject({ id: z.string(), name: z.string(), lastUsedAt: z.string() })),
});

/** Whom the end of a model would meet: what is built on it, aliases, keys, and who used any of them lately. */
export const listAffected = memberProcedure("models:write")
  .input(affectedQuerySchema)
  .output(affectedSchema)
  .query(async ({ ctx, input }) => {
    const { models, aliases, keys, users } = await ctx.services.lifecycles.affected(ctx.actor, input);
    return {
      models: { ...models, named: [...models.named] },
      aliases: { ...aliases, named: [...aliases.named] },
      keys: { ...keys, named: [...keys.named] },
      users: [...users],
    };
  });
