import { onlineManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";

import { createFlag, type Flag, useFlag } from "../lib/flag.ts";
import { toProblem } from "../lib/problem.ts";
import { createApiClient, TRPCProvider } from "../trpc.ts";
import { Reachability } from "./reachability.ts";

const ExpiryContext = createContext<Flag>(createFlag());
const PauseContext = createContext<Flag>(createFlag());

/** By then a new session, which ended the old one and its streams, has its cookie here. */
const settleMs = 1_000;

/** Everything that talks to the server. */
export function ApiProvider({ children }: { children: ReactNode }): ReactElement {
  const [{ queries, client, expiry, pause }] = useState(createApi);
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
        <ExpiryContext value={expiry}>
          <PauseContext value={pause}>{children}</PauseContext>
        </ExpiryContext>
      </TRPCProvider>
    </QueryClientProvider>
  );
}

function createApi() {
  const expiry = createFlag();
  const pause = createFlag();
  const reachability = new Reachability();
  const client = createApiClient({
    onUnauthenticated: () => expiry.set(true),
    onStreamCut: () => void askWhetherItEnded(),
    onReachable: () => reachability.found(),
    onUnreachable: () => reachability.lost(),
  });
  const askWhetherItEnded = async (): Promise<void> => {
    pause.set(true);
    await new Promise((resolve) => window.setTimeout(resolve, settleMs));
    try {
      const session = await client.auth.session.query();
      if (session === null) expiry.set(true);
    } catch {
      // The server is gone; whoever asks it next learns more.
    }
    pause.set(false);
  };
  return { queries: createQueryClient(), client, expiry, pause };
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

/** Whether the live stream rests at present. */
export function useStreamPause(): boolean {
  return useFlag(useContext(PauseContext));
}

/** For calls that end this session and begin another one: the live stream, which would be cut, rests meanwhile. */
export function useSessionRotation(): { onMutate: () => void; onSettled: () => void } {
  const pause = useContext(PauseContext);
  return useMemo(() => ({ onMutate: () => pause.set(true), onSettled: () => pause.set(false) }), [pause]);
}
