import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactElement, type SubmitEvent, Suspense, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mAccount } from "../../messages/account.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useSessionRotation } from "../../session/api-provider.tsx";
import { useTRPC } from "../../trpc.ts";
import { Arrival } from "../../ui/arrival.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { BackupCodes } from "./backup-codes.tsx";
import { PasswordStep } from "./password-step.tsx";

// Seldom needed, and it brings a library.
const QrCode = lazy(async () => {
  const { QrCode } = await import("./qr-code.tsx");
  return { default: QrCode };
});

type EnrollDialogProps = { isOpen: boolean; onClose: () => void };

export function EnrollDialog({ isOpen, onClose }: EnrollDialogProps): ReactElement {
  return (
    <Dialog isOpen={isOpen} onOpenChange={(next) => !next && onClose()} title={mAccount.setUpCodes()}>
      {isOpen && <Steps onClose={onClose} />}
    </Dialog>
  );
}

/** The password, then the app with a first code, then the backup codes. Nothing holds before the code was right. */
function Steps({ onClose }: { onClose: () => void }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const enroll = useMutation(trpc.auth.secondFactor.enroll.mutationOptions({ gcTime: 0 }));
  const confirm = useMutation(
    trpc.auth.secondFactor.confirm.mutationOptions({
      ...useSessionRotation(),
      gcTime: 0,
      onSuccess: () => queries.invalidateQueries(trpc.auth.pathFilter()),
    }),
  );
  if (!enroll.data) {
    return (
      <PasswordStep
        submitLabel={mAccount.next()}
        failed={mAccount.setUpCodesFailed()}
        error={enroll.error}
        isBusy={enroll.isPending}
        onSubmit={(password) => enroll.mutate({ password })}
        onCancel={onClose}
      />
    );
  }
  if (confirm.isSuccess) return <BackupCodes codes={enroll.data.backupCodes} onDone={onClose} />;
  return (
    <ScanStep
      uri={enroll.data.uri}
      error={confirm.error}
      isBusy={confirm.isPending}
      onSubmit={(code) => confirm.mutate({ code })}
      onCancel={onClose}
    />
  );
}

type ScanStepProps = {
  uri: string;
  error: unknown;
  isBusy: boolean;
  onSubmit: (code: string) => void;
  onCancel: () => void;
};

function ScanStep({ uri, error, isBusy, onSubmit, onCancel }: ScanStepProps): ReactElement {
  const [code, setCode] = useState("");
  const problem = error === null ? undefined : toProblem(error);
  const isInField = problem?.code === "second_factor_invalid" || (problem?.issues.length ?? 0) > 0;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit(code.replaceAll(/\s/gu, ""));
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && !isInField && <ProblemBox title={mAccount.setUpCodesFailed()} error={error} />}
      <Arrival>{mAccount.scanHint()}</Arrival>
      <div className="qr-place">
        <Suspense>
          <QrCode text={uri} label={mAccount.qrCode()} />
        </Suspense>
      </div>
      <CodeBlock label={mAccount.appKey()} code={new URL(uri).searchParams.get("secret") ?? uri} />
      <p>
        <a className="link" href={uri}>
          {mAccount.openApp()}
        </a>
      </p>
      <TextField
        label={m.signIn.code()}
        help={mAccount.firstCodeHelp()}
        autoComplete="one-time-code"
        inputMode="numeric"
        isMono
        value={code}
        onChange={(event) => setCode(event.target.value)}
        error={
          problem?.code === "second_factor_invalid" ? mAccount.firstCodeWrong() : findIssue(problem, "code")
        }
      />
      <div className="dialog-actions">
        <Button onClick={onCancel}>{m.ui.cancel()}</Button>
        <Button type="submit" variant="primary" isBusy={isBusy}>
          {mAccount.confirmCode()}
        </Button>
      </div>
    </form>
  );
}
