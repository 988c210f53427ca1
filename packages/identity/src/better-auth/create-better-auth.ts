import { kyselyAdapter } from "@better-auth/kysely-adapter";
import { getCurrentAdapter, runWithAdapter } from "@better-auth/core/context";
import type { BetterAuthOptions } from "@better-auth/core";
import type { DBAdapter } from "@better-auth/core/db/adapter";
import { limits, type Secret } from "@corral/core";
import { betterAuth } from "better-auth/minimal";
import { sessionCookie } from "../credential/session-cookie.ts";
import { createSessionToken } from "../credential/session-token.ts";
import type { IdentityDatabase, IdentityTransaction } from "../database/identity-database.ts";
import type { IdentityLog } from "../identity-log.ts";
import { hashPassword, verifyPassword } from "../password/hash-password.ts";
import { hashSessionTokens } from "./hash-session-tokens.ts";

/** Only {@link createBetterAuth}'s own headers name the client, never one that a client can send. */
export const addressHeader = "x-corral-address";

export type BetterAuthSettings = {
  readonly database: IdentityDatabase;
  readonly publicUrl: string;
  readonly secret: Secret;
  readonly log: IdentityLog;
};

export type Finder = Pick<DBAdapter, "findOne">;
type PreparedSession = false | { data: { token: string } };

export type BetterAuth = Awaited<ReturnType<typeof createBetterAuth>>;

/**
 * better-auth on our tables: e-mail and password, and sessions. Its own HTTP handler is mounted nowhere, and accounts
 * are made by us alone, so that each has a role that somebody meant it to have.
 */
export async function createBetterAuth(options: BetterAuthSettings) {
  const auth = betterAuth({
    ...toSettings(options),
    database: adapterOn(options.database),
    databaseHooks: sessionHooks(async (): Promise<Finder> => current()),
  });
  const context = await auth.$context;
  const current = async (): Promise<Finder> => getCurrentAdapter(context.adapter);
  return {
    api: auth.api,
    internal: context.internalAdapter,
    /** Runs what better-auth does inside a transaction of ours. */
    within: async <T>(transaction: IdentityTransaction, work: () => Promise<T>): Promise<T> =>
      runWithAdapter(adapterOn(transaction)(context.options), work),
  };
}

export function adapterOn(database: IdentityDatabase): (settings: BetterAuthOptions) => DBAdapter {
  return (settings) =>
    hashSessionTokens(kyselyAdapter(database, { type: "postgres", transaction: true })(settings));
}

export function toSettings({ publicUrl, secret, log }: BetterAuthSettings) {
  const { name, attributes } = sessionCookie(publicUrl);
  return {
    appName: "Corral",
    baseURL: publicUrl,
    // Not `secret`, which the environment of better-auth would override.
    secrets: [{ version: 1, value: secret.reveal() }],
    trustedOrigins: [new URL(publicUrl).origin],
    telemetry: { enabled: false },
    logger: {
      level: "error" as const,
      // Arguments may hold addresses and queries; the message alone goes to the log.
      log: (_level: string, message: string) => log.warn({ source: "better-auth" }, message),
    },
    user: {
      modelName: "users",
      additionalFields: {
        role: { type: "string" as const, input: false, required: false },
        status: { type: "string" as const, input: false, required: false },
        kind: { type: "string" as const, input: false, required: false },
      },
    },
    account: { modelName: "accounts" },
    verification: { modelName: "verifications" },
    session: {
      modelName: "sessions",
      expiresIn: limits.sessionIdleMs / 1_000,
      // Sessions slide by our own record of their use, which knows their absolute end too.
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: limits.passwordLengthMin,
      maxPasswordLength: limits.passwordLengthMax,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    advanced: {
      useSecureCookies: false,
      cookies: { session_token: { name, attributes } },
      ipAddress: { ipAddressHeaders: [addressHeader], ipv6Subnet: 64 as const },
      database: { generateId: "uuid" as const, validateSchema: false },
    },
  } satisfies BetterAuthOptions;
}

/** For each instance of better-auth that may start sessions. */
export function sessionHooks(current: () => Promise<Finder>) {
  return {
    session: {
      create: {
        before: async (session: { userId: string }): Promise<PreparedSession> =>
          prepareSession(session, await current()),
      },
    },
  };
}

/** Every session starts here, whichever way somebody signed in: with 256 bits, and for active people only. */
async function prepareSession(session: { userId: string }, adapter: Finder): Promise<PreparedSession> {
  const user = await adapter.findOne<{ status: string; kind: string }>({
    model: "user",
    where: [{ field: "id", value: session.userId }],
  });
  return user?.status === "active" && user.kind === "person"
    ? { data: { token: createSessionToken() } }
    : false;
}
