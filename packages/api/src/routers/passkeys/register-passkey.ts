import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";
import { answerFields, passkeyNameSchema, passkeySchema } from "./passkey-schemas.ts";

/** Keeps the public half of a new passkey. */
export const registerPasskey = accountProcedure
  .input(z.strictObject({ ...answerFields, name: passkeyNameSchema }))
  .output(passkeySchema)
  .mutation(({ ctx, input }) => ctx.services.passkeys.register(ctx, input));
