import { onlineManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactElement, type ReactNode, useContext, useEffect, useState } from "react";

import { createFlag, type Flag, useFlag } from "../lib/flag.ts";
import { toProblem } from "../lib/problem.ts";
import { createApiClient, TRPCProvider } from "../trpc.ts";
import { Reachability } from "./reachability.ts";

const ExpiryContext = createContext<Flag>(createFlag());

/** Everything that talks to the server. */
export function ApiProvider({ children }: { children: ReactNode }): ReactElement {
  const [{ queries, client, expiry }] = useState(createApi);
  useEffect(
    () =>
      onlineManager.subscribe((isOnline) => {
        if (isOnline) void queries.invalidateQueries();
      }),
    [queries],
  );
  return (
    <QueryClientProvider client={queries}>
      <TRPCProvider trpcClient={client} queryClient={queries}>
        <ExpiryContext value={expiry}>{children}</ExpiryContext>
      </TRPCProvider>
    </QueryClientProvider>
  );
}

function createApi() {
  const expiry = createFlag();
  const reachability = new Reachability();
  const client = createApiClient({
    onUnauthenticated: () => expiry.set(true),
    onReachable: () => reachability.found(),
    onUnreachable: () => reachability.lost(),
  });
  return { queries: createQueryClient(), client, expiry };
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Events tell what has changed; this only keeps screens from asking twice in a row.
        staleTime: 15_000,
        retry: (count, error) => count < 1 && toProblem(error).code === "upstream_unavailable",
      },
      // Offline, a change fails at once and says so, instead of waiting to surprise later.
      mutations: { networkMode: "always" },
    },
  });
}

/** Whether the session has ended while someone was at work, and how to say that it is back. */
export function useSessionExpiry(): [isExpired: boolean, setExpired: (isExpired: boolean) => void] {
  const flag = useContext(ExpiryContext);
  return [useFlag(flag), flag.set];
}
