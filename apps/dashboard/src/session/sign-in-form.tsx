import { useMutation } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../lib/messages.ts";
import { findIssue, toProblem } from "../lib/problem.ts";
import { type ApiOutputs, useTRPC } from "../trpc.ts";
import { Button } from "../ui/button.tsx";
import { ProblemBox } from "../ui/problem-box.tsx";
import { PasswordField, TextField } from "../ui/text-field.tsx";
import { CodeStep } from "./code-step.tsx";

export type SignedInUser = ApiOutputs["auth"]["signIn"]["user"];

export type SignInFormProps = { onSignedIn: (user: SignedInUser) => void; initialEmail?: string };

/** E-mail and password, then a code where the account asks for one. */
export function SignInForm({ onSignedIn, initialEmail = "" }: SignInFormProps): ReactElement {
  const trpc = useTRPC();
  const [account, setAccount] = useState({ email: initialEmail, password: "" });
  const [isCodeAsked, setIsCodeAsked] = useState(false);
  const signIn = useMutation(
    trpc.auth.signIn.mutationOptions({
      gcTime: 0,
      onSuccess: ({ user }) => onSignedIn(user),
      onError: (error) => {
        if (toProblem(error).code === "second_factor_required") setIsCodeAsked(true);
      },
    }),
  );
  const startOver = (): void => {
    signIn.reset();
    setIsCodeAsked(false);
  };
  if (isCodeAsked) {
    return (
      <CodeStep
        email={account.email}
        error={signIn.error}
        isBusy={signIn.isPending}
        onSubmit={(code) => signIn.mutate({ ...account, code })}
        onBack={startOver}
      />
    );
  }
  return (
    <PasswordStep
      account={account}
      onChange={setAccount}
      error={signIn.error}
      isBusy={signIn.isPending}
      onSubmit={() => signIn.mutate(account)}
    />
  );
}

type Account = { email: string; password: string };
type PasswordStepProps = {
  account: Account;
  onChange: (account: Account) => void;
  error: unknown;
  isBusy: boolean;
  onSubmit: () => void;
};

function PasswordStep({ account, onChange, error, isBusy, onSubmit }: PasswordStepProps): ReactElement {
  const problem = error === null ? undefined : toProblem(error);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && <ProblemBox title={m.signIn.failed()} error={error} />}
      <TextField
        label={m.signIn.email()}
        type="email"
        autoComplete="username"
        value={account.email}
        onChange={(event) => onChange({ ...account, email: event.target.value })}
        error={findIssue(problem, "email")}
      />
      <PasswordField
        label={m.signIn.password()}
        autoComplete="current-password"
        value={account.password}
        onChange={(event) => onChange({ ...account, password: event.target.value })}
        error={findIssue(problem, "password")}
      />
      <Button type="submit" variant="primary" isBusy={isBusy}>
        {m.page.signIn()}
      </Button>
    </form>
  );
}
