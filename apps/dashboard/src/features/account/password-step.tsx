import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mAccount } from "../../messages/account.ts";
import { toProblem } from "../../lib/problem.ts";
import { Button, type ButtonVariant } from "../../ui/button.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { PasswordField } from "../../ui/text-field.tsx";

type PasswordStepProps = {
  submitLabel: string;
  variant?: ButtonVariant;
  /** What did not come about, when it fails. */
  failed: string;
  error: unknown;
  isBusy: boolean;
  onSubmit: (password: string) => void;
  onCancel: () => void;
};

/** Asks for the password again, before something that a borrowed screen must not do. */
export function PasswordStep(props: PasswordStepProps): ReactElement {
  const { submitLabel, variant = "primary", failed, error, isBusy, onSubmit, onCancel } = props;
  const [password, setPassword] = useState("");
  const problem = error === null ? undefined : toProblem(error);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit(password);
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && <ProblemBox title={failed} error={error} />}
      <PasswordField
        label={mAccount.currentPassword()}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={problem?.issues[0]?.message}
      />
      <div className="dialog-actions">
        <Button onClick={onCancel}>{m.ui.cancel()}</Button>
        <Button type="submit" variant={variant} isBusy={isBusy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
