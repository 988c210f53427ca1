import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { lazy, type ReactElement, type ReactNode, Suspense, useMemo, useState } from "react";

import { m } from "../lib/messages.ts";
import { type Session, SessionContext } from "../shell/session.ts";
import { type ApiOutputs, useTRPC, useTRPCClient } from "../trpc.ts";
import { ProblemBox } from "../ui/problem-box.tsx";
import { useSessionExpiry, useSessionRotation, useStreamPause } from "./api-provider.tsx";
import { GoTo } from "./go-to.tsx";
import { LiveUpdates } from "./live-updates.tsx";
import { PendingAccount } from "./pending-account.tsx";

// Seldom needed, and its form is large.
const SignInAgain = lazy(async () => {
  const { SignInAgain } = await import("./sign-in-again.tsx");
  return { default: SignInAgain };
});

/** Lets members through; sends strangers to sign in, and the very first visitor to set up. */
export function SessionGate({ children }: { children: ReactNode }): ReactElement | null {
  const trpc = useTRPC();
  const current = useQuery(trpc.auth.session.queryOptions(undefined, { staleTime: Infinity }));
  const { signOut, isLeaving } = useSignOut();
  const [isExpired] = useSessionExpiry();
  const isPaused = useStreamPause();
  const session = useMemo(
    () => (current.data ? toSession(current.data, signOut) : undefined),
    [current.data, signOut],
  );

  if (isLeaving) return null;
  if (current.data === undefined) {
    return current.error ? (
      <GateProblem error={current.error} onRetry={() => void current.refetch()} />
    ) : null;
  }
  if (!session) return <Stranger />;
  if (session.role === "pending") {
    return <PendingAccount session={session} onCheck={() => void current.refetch()} />;
  }
  return (
    <SessionContext value={session}>
      {!isExpired && !isPaused && <LiveUpdates />}
      {children}
      {isExpired && (
        <Suspense>
          <SignInAgain userId={session.id} />
        </Suspense>
      )}
    </SessionContext>
  );
}

function GateProblem({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactElement {
  return (
    <main className="page">
      <h1 className="sr-only">{m.app.name()}</h1>
      <ProblemBox title={m.app.failed()} error={error} onRetry={onRetry} />
    </main>
  );
}

function Stranger(): ReactElement | null {
  const trpc = useTRPC();
  const setup = useQuery(trpc.auth.setupState.queryOptions());
  const router = useRouter();
  const [next] = useState(() => router.latestLocation.href);
  if (setup.data === undefined) {
    return setup.error ? <GateProblem error={setup.error} onRetry={() => void setup.refetch()} /> : null;
  }
  if (setup.data.needsAdministrator) return <GoTo href="/setup" />;
  return <GoTo href={next === "/catalog" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`} />;
}

function toSession(data: NonNullable<ApiOutputs["auth"]["session"]>, signOut: () => void): Session {
  const { user, permissions, groupIds } = data;
  return { ...user, groupIds, rights: new Set(permissions), signOut };
}

function useSignOut(): { signOut: () => void; isLeaving: boolean } {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { onMutate: restStream, onSettled: resumeStream } = useSessionRotation();
  const [isLeaving, setIsLeaving] = useState(false);
  const signOut = useMemo(() => {
    const leave = async (): Promise<void> => {
      restStream();
      // Offline or signed out already; either way nothing of this person stays on screen.
      const { url } = await client.sso.signOut.mutate().catch(() => ({ url: null }));
      // Before the sign-in page asks who is there, and without the way that strangers are sent.
      setIsLeaving(true);
      queries.clear();
      queries.setQueryData(trpc.auth.session.queryKey(), null);
      await navigate({ to: "/sign-in" });
      resumeStream();
      // The session at the identity provider ends there.
      if (url !== null) window.location.assign(url);
    };
    return () => void leave();
  }, [client, trpc, queries, navigate, restStream, resumeStream]);
  return { signOut, isLeaving };
}
