import { limits, type KeyScope } from "@corral/core";
import { initTRPC } from "@trpc/server";
import { assertPolicy, type ProcedurePolicy } from "./assert-policy.ts";
import type { ApiContext } from "./context.ts";
import { formatError } from "./format-error.ts";

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
    assertPolicy(actor, policy);
    return next({ ctx: { ...ctx, actor } });
  });

/** Open to everybody. */
export const publicProcedure = trpc.procedure.meta({ policy: { auth: "none", scope: "none" } });

/** For any signed-in account, also one that waits for approval. */
export const accountProcedure = signedIn({ auth: "account", scope: "none" });

/** For active members and administrators. */
export const memberProcedure = (scope: KeyScope | "none") => signedIn({ auth: "member", scope });

/** For active administrators. */
export const administratorProcedure = (scope: KeyScope | "none") =>
  signedIn({ auth: "administrator", scope });
