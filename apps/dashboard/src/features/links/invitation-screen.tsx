import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mLinks } from "../../messages/links.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useOpenedWith } from "../../session/opened-with.ts";
import { useEnter } from "../../session/use-enter.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { NewPasswordField } from "../../ui/new-password-field.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { DeadLink, isLinkDead } from "./dead-link.tsx";
import { LinkFrame } from "./link-frame.tsx";

/** Whoever was invited chooses name and password, and is signed in. */
export function InvitationScreen(): ReactElement {
  const { token } = useOpenedWith();
  const trpc = useTRPC();
  const session = useQuery(trpc.auth.session.queryOptions());
  const accept = useMutation(
    trpc.auth.acceptInvitation.mutationOptions({ gcTime: 0, onSuccess: useEnter() }),
  );
  if (token === "") return <DeadLink title={mLinks.incompleteTitle()} hint={mLinks.incompleteHint()} />;
  if (isLinkDead(accept.error)) {
    return <DeadLink title={mLinks.invitationDead()} hint={mLinks.invitationDeadHint()} />;
  }
  return (
    <LinkFrame title={mLinks.invitationTitle()}>
      <p className="text-ink-muted">
        {session.data ? mLinks.invitationOther({ name: session.data.user.name }) : mLinks.invitationHint()}
      </p>
      <AccountForm
        error={accept.error}
        isBusy={accept.isPending}
        onSubmit={(account) => accept.mutate({ ...account, token })}
      />
    </LinkFrame>
  );
}

type AccountFormProps = {
  error: unknown;
  isBusy: boolean;
  onSubmit: (account: { name: string; password: string }) => void;
};

function AccountForm({ error, isBusy, onSubmit }: AccountFormProps): ReactElement {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const problem = error === null ? undefined : toProblem(error);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit({ name, password });
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && <ProblemBox title={m.signIn.signUpFailed()} error={error} />}
      <TextField
        label={m.signIn.name()}
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={findIssue(problem, "name")}
      />
      <NewPasswordField
        label={m.signIn.password()}
        value={password}
        onValueChange={setPassword}
        error={findIssue(problem, "password")}
      />
      <Button type="submit" variant="primary" isBusy={isBusy}>
        {m.signIn.signUp()}
      </Button>
    </form>
  );
}
