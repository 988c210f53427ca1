import { DomainError, limits, type KeyScope } from "@corral/core";
import { initTRPC } from "@trpc/server";
import type { ApiContext } from "./context.ts";
import { formatError } from "./format-error.ts";

/** Who may call a procedure at all; what they may do with which object is the use case's decision. */
export type ProcedurePolicy = {
  /** `account`: signed in, also pending ones. `member`: an active user. */
  readonly auth: "none" | "account" | "member" | "administrator";
  /** What an API key needs; `none`: keys may not call it. */
  readonly scope: KeyScope | "none";
};

/** A policy hangs on every procedure; a test walks the router and fails where one is missing. */
export type ProcedureMeta = { readonly policy: ProcedurePolicy };

const trpc = initTRPC
  .context<ApiContext>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ shape, error, ctx }) =>
      formatError({ shape, error, requestId: ctx?.client.requestId ?? "" }),
    sse: {
      maxDurationMs: 30 * 60_000,
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 40_000 },
    },
  });

/** A batch of calls in one request may hold at most so many. */
export const maxBatchSize = limits.batchSize;
export const router = trpc.router;
export const createCallerFactory = trpc.createCallerFactory;

const signedIn = (policy: ProcedurePolicy) =>
  trpc.procedure.meta({ policy }).use(({ ctx, next }) => {
    const { actor } = ctx;
    if (actor === null) throw new DomainError("unauthenticated");
    assertScope(actor.credential, policy.scope);
    return next({ ctx: { ...ctx, actor } });
  });

/** Open to everybody. */
export const publicProcedure = trpc.procedure.meta({ policy: { auth: "none", scope: "none" } });

/** For any signed-in account, also one that waits for approval. */
export const accountProcedure = signedIn({ auth: "account", scope: "none" });

/** For active members and administrators. */
export const memberProcedure = (scope: KeyScope | "none") =>
  signedIn({ auth: "member", scope }).use(({ ctx, next }) => {
    if (ctx.actor.principal.role === "pending") {
      throw new DomainError("access_denied", "An administrator has not approved your account yet.");
    }
    return next();
  });

/** For active administrators. */
export const administratorProcedure = (scope: KeyScope | "none") =>
  signedIn({ auth: "administrator", scope }).use(({ ctx, next }) => {
    if (ctx.actor.principal.role !== "admin") {
      throw new DomainError("access_denied", "Only administrators may do this.");
    }
    return next();
  });

/** A session may do all its owner may; a key only what its scopes say. Sign-in, keys and people are for sessions. */
function assertScope(
  credential: NonNullable<ApiContext["actor"]>["credential"],
  scope: KeyScope | "none",
): void {
  if (credential.kind === "session") return;
  if (scope === "none") throw new DomainError("access_denied", "An API key cannot do this; sign in instead.");
  if (credential.scopes === "owner" || credential.scopes.has(scope)) return;
  throw new DomainError("access_denied", `The API key lacks the scope ${scope}.`);
}
