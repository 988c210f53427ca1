import { type ClientInfo, DomainError, Secret, type SignedIn, type User } from "@corral/core";
import type { BetterAuth } from "../better-auth/create-better-auth.ts";
import { toIdentityError } from "../database/to-identity-error.ts";

/**
 * A new session, whatever the browser had before; its token is stored as a hash.
 *
 * @throws DomainError `sso_refused` when the account was suspended meanwhile.
 */
export async function startSession(
  auth: BetterAuth,
  { user, client }: { readonly user: User; readonly client: ClientInfo },
): Promise<SignedIn & { readonly sessionId: string }> {
  const from = { ipAddress: client.address, userAgent: client.userAgent.slice(0, 512) };
  try {
    const session = await auth.internal.createSession(user.id, false, from);
    // The library's type hides that a hook may refuse.
    const made: typeof session | null = session;
    if (made === null) throw new DomainError("sso_refused", "Your account is suspended.");
    return {
      user,
      sessionId: made.id,
      token: new Secret(made.token),
      expiresAt: made.expiresAt.toISOString(),
    };
  } catch (error) {
    throw toIdentityError(error);
  }
}
