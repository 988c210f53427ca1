import { publicProcedure } from "../../trpc.ts";
import { ceremonySchema } from "./passkey-schemas.ts";

/** What a browser asks its authenticator to sign in; it knows whose passkeys it has. */
export const beginPasskeySignIn = publicProcedure
  .output(ceremonySchema)
  .mutation(({ ctx }) => ctx.services.passkeys.beginSignIn(ctx.client));
