import { accountProcedure } from "../../trpc.ts";
import { ceremonySchema } from "./passkey-schemas.ts";

/** What a browser asks its authenticator for a new passkey. Only within a quarter of an hour after a sign-in. */
export const beginPasskey = accountProcedure
  .output(ceremonySchema)
  .mutation(({ ctx }) => ctx.services.passkeys.beginRegistration(ctx));
