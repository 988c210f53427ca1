import { useMutation } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { mLinks } from "../../messages/links.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useOpenedWith } from "../../session/opened-with.ts";
import { SignInForm } from "../../session/sign-in-form.tsx";
import { useEnter } from "../../session/use-enter.ts";
import { useTRPC } from "../../trpc.ts";
import { Arrival } from "../../ui/arrival.tsx";
import { Button } from "../../ui/button.tsx";
import { NewPasswordField } from "../../ui/new-password-field.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { DeadLink, isLinkDead } from "./dead-link.tsx";
import { LinkFrame } from "./link-frame.tsx";

/** Somebody to whom an administrator gave a link chooses a new password, and signs in with it. */
export function PasswordLinkScreen(): ReactElement {
  const { token } = useOpenedWith();
  const trpc = useTRPC();
  const enter = useEnter();
  const set = useMutation(trpc.auth.setPassword.mutationOptions({ gcTime: 0 }));
  if (set.data) {
    return (
      <LinkFrame title={mLinks.passwordSet()}>
        <Arrival>{mLinks.passwordSetHint({ email: set.data.email })}</Arrival>
        <SignInForm onSignedIn={enter} initialEmail={set.data.email} />
      </LinkFrame>
    );
  }
  if (token === "") return <DeadLink title={mLinks.incompleteTitle()} hint={mLinks.incompleteHint()} />;
  if (isLinkDead(set.error)) {
    return <DeadLink title={mLinks.passwordDead()} hint={mLinks.passwordDeadHint()} />;
  }
  return (
    <LinkFrame title={mLinks.passwordTitle()}>
      <p className="text-ink-muted">{mLinks.passwordHint()}</p>
      <PasswordForm
        error={set.error}
        isBusy={set.isPending}
        onSubmit={(password) => set.mutate({ token, password })}
      />
    </LinkFrame>
  );
}

type PasswordFormProps = { error: unknown; isBusy: boolean; onSubmit: (password: string) => void };

function PasswordForm({ error, isBusy, onSubmit }: PasswordFormProps): ReactElement {
  const [password, setPassword] = useState("");
  const problem = error === null ? undefined : toProblem(error);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit(password);
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && <ProblemBox title={mLinks.passwordNotSet()} error={error} />}
      <NewPasswordField
        label={mLinks.newPassword()}
        value={password}
        onValueChange={setPassword}
        error={findIssue(problem, "password")}
      />
      <Button type="submit" variant="primary" isBusy={isBusy}>
        {mLinks.setPassword()}
      </Button>
    </form>
  );
}
