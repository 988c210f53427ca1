import type { SignedIn } from "@corral/core";
import type { z } from "zod";
import type { ApiContext } from "../../context.ts";
import type { signedInSchema } from "./session-schemas.ts";

/** Puts the session into the cookie and gives the token out, once. */
export function startSession(ctx: ApiContext, signedIn: SignedIn): z.output<typeof signedInSchema> {
  const { user, token, expiresAt } = signedIn;
  ctx.session.set(token, expiresAt);
  return { user, token: token.reveal(), expiresAt };
}
