import { loneCalls, type AppRouter } from "@corral/api";
import {
  createTRPCClient,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
  type TRPCLink,
} from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { observable } from "@trpc/server/observable";
import { createTRPCContext } from "@trpc/tanstack-react-query";

import { toProblem } from "./lib/problem.ts";

export type ApiInputs = inferRouterInputs<AppRouter>;
export type ApiOutputs = inferRouterOutputs<AppRouter>;

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** Their forms say themselves that nobody is signed in. */
const entryCalls: ReadonlySet<string> = new Set(["auth.signIn", "auth.signOut", "sso.signOut"]);

const url = "/trpc";
const maxBatchItems = 10;

export type ApiWatcher = {
  /** The session has ended, or never was. */
  onUnauthenticated: () => void;
  /** A stream was cut because the session that it began with has ended; there may be a newer one. */
  onStreamCut: () => void;
  onReachable: () => void;
  onUnreachable: () => void;
};

/** The typed client. Same origin, so that the session cookie goes along by itself. */
export function createApiClient(watcher: ApiWatcher): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({
    links: [
      watchLink(watcher),
      splitLink({
        condition: (op) => op.type === "subscription",
        true: httpSubscriptionLink({ url }),
        false: splitLink({
          condition: (op) => loneCalls.has(op.path),
          true: httpLink({ url }),
          false: splitLink({
            // A long answer must not hold up others, and is aborted alone.
            condition: (op) => op.path === "chat.stream",
            true: httpBatchStreamLink({ url, maxItems: 1 }),
            false: httpBatchStreamLink({ url, maxItems: maxBatchItems }),
          }),
        }),
      }),
    ],
  });
}

/** Sees every answer: whether the server is there, and whether it still knows us. */
function watchLink(watcher: ApiWatcher): TRPCLink<AppRouter> {
  return () =>
    ({ next, op }) =>
      observable((observer) =>
        next(op).subscribe({
          next(value) {
            if (op.type !== "subscription") watcher.onReachable();
            observer.next(value);
          },
          error(error) {
            if (op.signal?.aborted !== true) {
              const { code } = toProblem(error);
              if (code === "unreachable") watcher.onUnreachable();
              else watcher.onReachable();
              if (code === "unauthenticated" && op.type === "subscription") watcher.onStreamCut();
              else if (code === "unauthenticated" && !entryCalls.has(op.path)) watcher.onUnauthenticated();
            }
            observer.error(error);
          },
          complete: () => observer.complete(),
        }),
      );
}
