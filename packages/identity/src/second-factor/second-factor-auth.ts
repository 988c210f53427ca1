import { getCurrentAdapter } from "@better-auth/core/context";
import { betterAuth } from "better-auth/minimal";
import { APIError } from "better-call";
import { limits } from "@corral/core";
import {
  adapterOn,
  type BetterAuthSettings,
  type Finder,
  sessionHooks,
  toSettings,
} from "../better-auth/create-better-auth.ts";

export type SecondFactorAuth = Awaited<ReturnType<typeof createSecondFactorAuth>>;

/**
 * better-auth once more, on the same tables, with its plug-ins for one-time codes and passkeys. Made at the first use:
 * nobody else pays for their libraries.
 */
export async function createSecondFactorAuth(
  options: BetterAuthSettings & { readonly origin: () => string },
) {
  const [{ twoFactor }, { passkey }] = await Promise.all([
    import("better-auth/plugins/two-factor"),
    import("@better-auth/passkey"),
  ]);
  const settings = toSettings(options);
  const origin = options.origin();
  const auth = betterAuth({
    ...settings,
    // For a new passkey, somebody who has signed in a moment ago.
    session: { ...settings.session, freshAge: limits.freshSessionMs / 1_000 },
    database: adapterOn(options.database),
    databaseHooks: sessionHooks(async (): Promise<Finder> => current()),
    plugins: [
      twoFactor({
        issuer: "Corral",
        schema: { twoFactor: { modelName: "two_factors" } },
      }),
      passkey({
        rpName: "Corral",
        rpID: new URL(origin).hostname,
        origin,
        // Of its own, not of the session: a passkey stands for password and second factor.
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        schema: { passkey: { modelName: "passkeys", fields: { credentialID: "credentialId" } } },
        registration: {
          afterVerification: ({ verification }) => assertVerified(verification.registrationInfo),
        },
        authentication: {
          afterVerification: ({ verification }) => assertVerified(verification.authenticationInfo),
        },
      }),
    ],
  });
  const { adapter } = await auth.$context;
  const current = async (): Promise<Finder> => getCurrentAdapter(adapter);
  return auth;
}

/** A touch alone does not tell who touched. */
function assertVerified(info: { readonly userVerified: boolean } | undefined): void {
  if (info?.userVerified === true) return;
  throw new APIError("UNAUTHORIZED", { message: "The authenticator did not verify who uses it." });
}

/** Cookies that an answer sets, as a request brings them back. */
export function toCookies(headers: Headers): ReadonlyMap<string, string> {
  const pairs = headers.getSetCookie().map((line): readonly [string, string] => {
    const pair = line.split(";", 1)[0] ?? "";
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return new Map(pairs.filter(([, value]) => value !== ""));
}

export function fromCookies(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}
