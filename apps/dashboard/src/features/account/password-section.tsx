import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../../lib/messages.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useSessionRotation } from "../../session/api-provider.tsx";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { NewPasswordField } from "../../ui/new-password-field.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { PasswordField } from "../../ui/text-field.tsx";
import { useToast } from "../../ui/toasts.tsx";

export function PasswordSection(): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section className="form-section" aria-label={m.account.password()}>
      <h2>{m.account.password()}</h2>
      <p className="text-ink-muted">{m.account.passwordHint()}</p>
      <div>
        <Button onClick={() => setIsOpen(true)}>{m.account.changePassword()}</Button>
      </div>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={m.account.changePassword()}
        description={m.account.changePasswordHint()}
      >
        {isOpen && <Form onDone={() => setIsOpen(false)} />}
      </Dialog>
    </section>
  );
}

function Form({ onDone }: { onDone: () => void }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const toast = useToast();
  const [passwords, setPasswords] = useState({ currentPassword: "", newPassword: "" });
  const change = useMutation(
    trpc.auth.changePassword.mutationOptions({
      ...useSessionRotation(),
      gcTime: 0,
      onSuccess: async () => {
        onDone();
        toast({ title: m.account.passwordChanged() });
        await queries.invalidateQueries(trpc.auth.sessions.queryFilter());
      },
    }),
  );
  const problem = change.error ? toProblem(change.error) : undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate(passwords);
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && (
        <ProblemBox title={m.account.passwordNotChanged()} error={change.error} />
      )}
      <PasswordField
        label={m.account.currentPassword()}
        autoComplete="current-password"
        value={passwords.currentPassword}
        onChange={(event) => setPasswords({ ...passwords, currentPassword: event.target.value })}
        error={findIssue(problem, "currentPassword")}
      />
      <NewPasswordField
        label={m.links.newPassword()}
        value={passwords.newPassword}
        onValueChange={(newPassword) => setPasswords({ ...passwords, newPassword })}
        error={findIssue(problem, "newPassword")}
      />
      <div className="dialog-actions">
        <Button onClick={onDone}>{m.ui.cancel()}</Button>
        <Button type="submit" variant="primary" isBusy={change.isPending}>
          {m.account.changePassword()}
        </Button>
      </div>
    </form>
  );
}
