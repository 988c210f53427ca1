import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type ReactElement, useEffect, useRef } from "react";

import { m } from "../lib/messages.ts";
import { useTRPCClient } from "../trpc.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useSessionExpiry } from "./api-provider.tsx";
import { SignInWays } from "./sign-in-ways.tsx";

/** Stands over the screen when the session ends: what was typed there stays. */
export function SignInAgain({ userId }: { userId: string }): ReactElement {
  const queries = useQueryClient();
  const router = useRouter();
  const [, setExpired] = useSessionExpiry();
  const onSignedIn = (user: { id: string }): void => {
    if (user.id !== userId) {
      // Nothing of the one may stay before the eyes of the other.
      window.location.reload();
      return;
    }
    setExpired(false);
    void queries.invalidateQueries();
  };
  useSignInElsewhere(onSignedIn);
  return (
    <Dialog
      isOpen
      onOpenChange={() => {}}
      title={m.signIn.expiredTitle()}
      description={m.signIn.expiredHint()}
    >
      <SignInWays onSignedIn={onSignedIn} returnTo={router.latestLocation.href} staysHere />
    </Dialog>
  );
}

/** Whoever comes back to this tab may have signed in in another one. */
function useSignInElsewhere(onSignedIn: (user: { id: string }) => void): void {
  const client = useTRPCClient();
  const latest = useRef(onSignedIn);
  useEffect(() => {
    latest.current = onSignedIn;
  });
  useEffect(() => {
    const onFocus = async (): Promise<void> => {
      const session = await client.auth.session.query().catch(() => null);
      if (session) latest.current(session.user);
    };
    const listen = (): void => void onFocus();
    window.addEventListener("focus", listen);
    return () => window.removeEventListener("focus", listen);
  }, [client]);
}
