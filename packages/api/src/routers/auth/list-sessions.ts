import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";

const sessionSchema = z.strictObject({
  id: z.string(),
  userAgent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: z.string(),
  /** To within some minutes. */
  lastUsedAt: z.string(),
  expiresAt: z.string(),
  isCurrent: z.boolean(),
});

/** Where the caller is signed in, the last used first; never a token. */
export const listSessions = accountProcedure
  .output(z.strictObject({ sessions: z.array(sessionSchema) }))
  .query(async ({ ctx }) => ({ sessions: [...(await ctx.services.sessions.list(ctx.actor))] }));
