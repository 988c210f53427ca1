import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { useSessionExpiry } from "../../session/api-provider.tsx";
import { GoTo } from "../../session/go-to.tsx";
import { SignInForm } from "../../session/sign-in-form.tsx";
import { pageTitleId } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { SignUpForm } from "./sign-up-form.tsx";

export function SignInScreen(): ReactElement {
  const trpc = useTRPC();
  const setup = useQuery(trpc.auth.setupState.queryOptions());
  const session = useQuery(trpc.auth.session.queryOptions());
  const [isSigningUp, setIsSigningUp] = useState(false);
  const enter = useEnter();
  const title = isSigningUp ? m.signIn.signUp() : m.page.signIn();

  if (setup.data?.needsAdministrator) return <GoTo href="/setup" />;
  if (session.data) return <GoTo href="/catalog" />;
  return (
    <div className="alone">
      <title>{m.app.title({ page: title })}</title>
      <h1 id={pageTitleId} tabIndex={-1}>
        {title}
      </h1>
      {isSigningUp ? <SignUpForm onSignedIn={enter} /> : <SignInForm onSignedIn={enter} />}
      {setup.data?.signUpOpen && (
        <p className="flex flex-wrap items-center gap-2 text-ink-muted">
          {isSigningUp ? m.signIn.haveAccount() : m.signIn.noAccount()}
          <Button size="small" onClick={() => setIsSigningUp(!isSigningUp)}>
            {isSigningUp ? m.page.signIn() : m.signIn.signUp()}
          </Button>
        </p>
      )}
    </div>
  );
}

/** Where someone wanted to go before being asked who they are. */
function useEnter(): () => void {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [, setExpired] = useSessionExpiry();
  // Our parseSearch yields text values only.
  const { next }: Record<string, string> = useSearch({ strict: false });
  const enter = async (): Promise<void> => {
    setExpired(false);
    // What a stranger was told, and whatever the person before has seen.
    queries.clear();
    // Only paths of our own: an address elsewhere would make the sign-in a lure.
    const isOwnPath = next !== undefined && /^\/(?![/\\])/u.test(next);
    await navigate({ href: isOwnPath ? next : "/catalog", replace: true });
  };
  return () => void enter();
}
