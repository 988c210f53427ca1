import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";
import { passkeySchema } from "./passkey-schemas.ts";

/** One's own passkeys, the newest first. */
export const listPasskeys = accountProcedure
  .output(z.strictObject({ passkeys: z.array(passkeySchema) }))
  .query(async ({ ctx }) => ({ passkeys: [...(await ctx.services.passkeys.list(ctx.actor))] }));
