import { useMutation } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../lib/messages.ts";
import { findIssue, toProblem } from "../lib/problem.ts";
import { type ApiOutputs, useTRPC } from "../trpc.ts";
import { Button } from "../ui/button.tsx";
import { ProblemBox } from "../ui/problem-box.tsx";
import { PasswordField, TextField } from "../ui/text-field.tsx";

export type SignInFormProps = { onSignedIn: (user: ApiOutputs["auth"]["signIn"]["user"]) => void };

export function SignInForm({ onSignedIn }: SignInFormProps): ReactElement {
  const trpc = useTRPC();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation(trpc.auth.signIn.mutationOptions({ onSuccess: ({ user }) => onSignedIn(user) }));
  const problem = signIn.error ? toProblem(signIn.error) : undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    signIn.mutate({ email, password });
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && (
        <ProblemBox title={m.signIn.failed()} error={signIn.error} />
      )}
      <TextField
        label={m.signIn.email()}
        type="email"
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={findIssue(problem, "email")}
      />
      <PasswordField
        label={m.signIn.password()}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={findIssue(problem, "password")}
      />
      <Button type="submit" variant="primary" isBusy={signIn.isPending}>
        {m.page.signIn()}
      </Button>
    </form>
  );
}
