import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mRefusal } from "../../messages/refusal.ts";
import { GoTo } from "../../session/go-to.tsx";
import { SignInWays } from "../../session/sign-in-ways.tsx";
import { useEnter, useReturnPath } from "../../session/use-enter.ts";
import { pageTitleId } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorBox } from "../../ui/error-box.tsx";
import { SignUpForm } from "./sign-up-form.tsx";

export function SignInScreen(): ReactElement {
  const trpc = useTRPC();
  const setup = useQuery(trpc.auth.setupState.queryOptions());
  const session = useQuery(trpc.auth.session.queryOptions());
  const [isSigningUp, setIsSigningUp] = useState(false);
  const enter = useEnter();
  const returnTo = useReturnPath();
  const title = isSigningUp ? m.signIn.signUp() : m.page.signIn();

  if (setup.data?.needsAdministrator) return <GoTo href="/setup" />;
  if (session.data) return <GoTo href="/catalog" />;
  return (
    <div className="alone">
      <title>{m.app.title({ page: title })}</title>
      <h1 id={pageTitleId} tabIndex={-1}>
        {title}
      </h1>
      <Refusal />
      {isSigningUp ? (
        <SignUpForm onSignedIn={enter} />
      ) : (
        <SignInWays onSignedIn={enter} returnTo={returnTo} />
      )}
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

/** What `/auth/sso/*` sends back is a code in the address. */
function Refusal(): ReactElement | null {
  // Our parseSearch yields text values only.
  const { error }: Record<string, string> = useSearch({ strict: false });
  if (error === undefined) return null;
  const known = Object.keys(mRefusal) as (keyof typeof mRefusal)[]; // safe: the keys of the object itself
  const code = known.find((one) => one === error) ?? "other";
  return <ErrorBox title={m.signIn.failed()} detail={mRefusal[code]()} />;
}
