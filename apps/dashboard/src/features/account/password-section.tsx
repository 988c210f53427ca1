import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mAccount } from "../../messages/account.ts";
import { mLinks } from "../../messages/links.ts";
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
    <section className="form-section" aria-label={mAccount.password()}>
      <h2>{mAccount.password()}</h2>
      <p className="text-ink-muted">{mAccount.passwordHint()}</p>
      <div>
        <Button onClick={() => setIsOpen(true)}>{mAccount.changePassword()}</Button>
      </div>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={mAccount.changePassword()}
        description={mAccount.changePasswordHint()}
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
        toast({ title: mAccount.passwordChanged() });
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
        <ProblemBox title={mAccount.passwordNotChanged()} error={change.error} />
      )}
      <PasswordField
        label={mAccount.currentPassword()}
        autoComplete="current-password"
        value={passwords.currentPassword}
        onChange={(event) => setPasswords({ ...passwords, currentPassword: event.target.value })}
        error={findIssue(problem, "currentPassword")}
      />
      <NewPasswordField
        label={mLinks.newPassword()}
        value={passwords.newPassword}
        onValueChange={(newPassword) => setPasswords({ ...passwords, newPassword })}
        error={findIssue(problem, "newPassword")}
      />
      <div className="dialog-actions">
        <Button onClick={onDone}>{m.ui.cancel()}</Button>
        <Button type="submit" variant="primary" isBusy={change.isPending}>
          {mAccount.changePassword()}
        </Button>
      </div>
    </form>
  );
}
