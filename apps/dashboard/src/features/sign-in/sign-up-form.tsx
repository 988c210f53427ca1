import { useMutation } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, type SubmitEvent, useState } from "react";

import { m } from "../../lib/messages.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { NewPasswordField } from "../../ui/new-password-field.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { TextField } from "../../ui/text-field.tsx";

export type SignUpFormProps = {
  onSignedIn: () => void;
  /** Only the first administrator needs one. */
  setupCode?: string;
  /** Stands first: the field for the setup code. */
  children?: ReactNode;
  submitLabel?: string;
};

export function SignUpForm(props: SignUpFormProps): ReactElement {
  const { onSignedIn, setupCode, children, submitLabel = m.signIn.signUp() } = props;
  const trpc = useTRPC();
  const [account, setAccount] = useState({ name: "", email: "", password: "" });
  const signUp = useMutation(trpc.auth.signUp.mutationOptions({ onSuccess: onSignedIn }));
  const problem = signUp.error ? toProblem(signUp.error) : undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    signUp.mutate(setupCode === undefined ? account : { ...account, setupCode });
  };
  const field = (name: "name" | "email") => ({
    value: account[name],
    onChange: (event: { target: { value: string } }) =>
      setAccount({ ...account, [name]: event.target.value }),
    error: findIssue(problem, name),
  });
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && (
        <ProblemBox title={m.signIn.signUpFailed()} error={signUp.error} />
      )}
      {children}
      <TextField label={m.signIn.name()} autoComplete="name" {...field("name")} />
      <TextField label={m.signIn.email()} type="email" autoComplete="username" {...field("email")} />
      <NewPasswordField
        label={m.signIn.password()}
        value={account.password}
        onValueChange={(password) => setAccount({ ...account, password })}
        error={findIssue(problem, "password")}
      />
      <Button type="submit" variant="primary" isBusy={signUp.isPending}>
        {submitLabel}
      </Button>
    </form>
  );
}
