import type {
  AccountLinks,
  Accounts,
  Authenticator,
  Catalog,
  ClientInfo,
  Passkeys,
  Passwords,
  Secret,
  SecondFactors,
  Sessions,
  SignedIn,
  User,
} from "@corral/core";
import { AccountService } from "./account/account-service.ts";
import { ApiKeys } from "./account/api-keys.ts";
import { NewAccounts } from "./account/new-accounts.ts";
import { OneTimeLinks } from "./account/one-time-links.ts";
import { OwnPassword } from "./account/own-password.ts";
import { OwnSessions } from "./account/own-sessions.ts";
import { type BetterAuth, createBetterAuth } from "./better-auth/create-better-auth.ts";
import { type SessionCookie, sessionCookie, signSessionToken } from "./credential/session-cookie.ts";
import { openIdentityDatabase } from "./database/identity-database.ts";
import type { IdentityLog } from "./identity-log.ts";
import { Turns } from "./password/turns.ts";
import { CredentialAuthenticator } from "./principal/credential-authenticator.ts";
import { CredentialCache } from "./principal/credential-cache.ts";
import { CredentialStore } from "./principal/credential-store.ts";
import { CredentialWatch } from "./principal/credential-watch.ts";
import { UsageRecorder } from "./principal/usage-recorder.ts";
import { startSession } from "./sign-in/start-session.ts";
import { OneTimeCodes } from "./second-factor/one-time-codes.ts";
import { OwnPasskeys } from "./second-factor/own-passkeys.ts";
import { createSecondFactorAuth, type SecondFactorAuth } from "./second-factor/second-factor-auth.ts";
import { SignInWithCode } from "./second-factor/sign-in-with-code.ts";
import { FailureLimiter } from "./sign-in/failure-limiter.ts";
import { FailureRecorder } from "./sign-in/failure-recorder.ts";
import { PasswordSignIn } from "./sign-in/password-sign-in.ts";

export type IdentityOptions = {
  /** A migrated database. Identity opens a pool of its own, of 4 connections. */
  readonly databaseUrl: string;
  /** What browsers see; https makes the cookie `__Host-sid` and Secure. */
  readonly publicUrl: string;
  /** What links to this server begin with, once its port is known; `publicUrl` when absent. */
  readonly origin?: () => string;
  /** Signs cookies: at least 32 characters of a purpose of their own, derived from the root key. */
  readonly secret: Secret;
  /** Makes the first administrator; `null` where the environment does. */
  readonly setupCode: Secret | null;
  readonly catalog: Pick<Catalog, "current" | "acknowledge" | "onChange">;
  /** The setting that lets strangers sign up, as `pending`. */
  readonly isSignUpOpen: () => boolean | Promise<boolean>;
  readonly log: IdentityLog;
  /** Failed sign-ins of an account or a network within a minute before the first pause; 5 when absent. */
  readonly signInFailuresPerMinute?: number;
  /** Credentials that are remembered; 10,000 when absent. */
  readonly cacheEntries?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

export interface Identity extends AsyncDisposable {
  readonly accounts: Accounts;
  readonly links: AccountLinks;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly secondFactors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly authenticator: Authenticator;
  readonly cookie: SessionCookie & {
    /** The value to set for a session token, before cookie encoding. */ sign(token: Secret): string;
  };
  /** Begins a session for somebody who proved elsewhere who they are. @throws DomainError `sso_refused`. */
  startSession(user: User, client: ClientInfo): Promise<SignedIn & { readonly sessionId: string }>;
  /** See `CORRAL_ADMIN_EMAIL`. `undefined` when there is an administrator already. */
  ensureAdministrator(input: {
    readonly email: string;
    readonly password: string;
    readonly name: string;
  }): Promise<User | undefined>;
}

/** Accounts, sessions, API keys and the answer to who is asking. Opens no connection before the first question. */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { catalog, log, secret, now = Date.now } = options;
  await using starting = new AsyncDisposableStack();
  const database = openIdentityDatabase({
    url: options.databaseUrl,
    onLostConnection: (error) => log.warn({ err: error }, "Identity lost an idle database connection."),
  });
  starting.defer(async () => database.destroy());
  const settings = { database, publicUrl: options.publicUrl, secret, log };
  const origin = options.origin ?? (() => new URL(options.publicUrl).origin);
  const auth = await createBetterAuth(settings);
  const load = onFirstUse(async () => createSecondFactorAuth({ ...settings, origin }));
  const store = new CredentialStore(database);
  const cache = new CredentialCache({ store, now, maxEntries: options.cacheEntries ?? 10_000 });
  const usage = starting.use(new UsageRecorder({ database, log, now }));
  const watch = starting.use(new CredentialWatch({ catalog, cache, store, log, now }));
  const authenticator = starting.use(new CredentialAuthenticator({ catalog, secret, cache, usage, watch }));
  const failures = starting.use(new FailureRecorder({ database, log }));
  const people = createAccounts({ ...options, database, auth, load, origin, failures, now });
  const resources = starting.move();
  return {
    ...people,
    authenticator,
    cookie: {
      ...sessionCookie(options.publicUrl),
      sign: (token) => signSessionToken(token.reveal(), secret),
    },
    startSession: async (user, client) => startSession(auth, { user, client }),
    ensureAdministrator: async (input) => people.accounts.ensureAdministrator(input),
    [Symbol.asyncDispose]: async () => resources.disposeAsync(),
  };
}

function createAccounts(
  options: IdentityOptions & {
    readonly database: ReturnType<typeof openIdentityDatabase>;
    readonly auth: BetterAuth;
    readonly load: () => Promise<SecondFactorAuth>;
    readonly origin: () => string;
    readonly failures: FailureRecorder;
    readonly now: () => number;
  },
) {
  const { database, catalog, auth, load, origin, secret, failures, now } = options;
  const turns = new Turns({ running: 2, waiting: 32, retryAfterMs: 1_000 });
  const limiter = new FailureLimiter({ perMinute: options.signInFailuresPerMinute ?? 5, now });
  const newAccounts = new NewAccounts({ database, auth, turns });
  const cookie = sessionCookie(options.publicUrl);
  const secondFactor = { database, catalog, load, cookie, secret, turns, limiter, now };
  const codes = new SignInWithCode({ database, auth, load });
  return {
    secondFactors: new OneTimeCodes(secondFactor),
    passkeys: new OwnPasskeys(secondFactor),
    accounts: new AccountService({
      ...options,
      newAccounts,
      signIn: new PasswordSignIn({ database, codes, turns, limiter, failures, now }),
      keys: new ApiKeys(database),
      limiter,
    }),
    links: new OneTimeLinks({ database, catalog, newAccounts, turns, limiter, origin }),
    passwords: new OwnPassword({ database, catalog, auth, turns, limiter }),
    sessions: new OwnSessions({ database, catalog, now }),
  };
}

/** What failed is tried again. */
function onFirstUse<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    const making = (made ??= make());
    try {
      return await making;
    } catch (error) {
      if (made === making) made = undefined;
      throw error;
    }
  };
}
