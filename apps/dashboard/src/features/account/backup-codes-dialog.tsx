import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { mAccount } from "../../messages/account.ts";
import { useTRPC } from "../../trpc.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { BackupCodes } from "./backup-codes.tsx";
import { PasswordStep } from "./password-step.tsx";

type BackupCodesDialogProps = { isOpen: boolean; onClose: () => void };

export function BackupCodesDialog({ isOpen, onClose }: BackupCodesDialogProps): ReactElement {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(next) => !next && onClose()}
      title={mAccount.renewBackupCodes()}
      description={mAccount.renewBackupCodesHint()}
    >
      {isOpen && <Steps onClose={onClose} />}
    </Dialog>
  );
}

function Steps({ onClose }: { onClose: () => void }): ReactElement {
  const trpc = useTRPC();
  const renew = useMutation(trpc.auth.secondFactor.renewBackupCodes.mutationOptions({ gcTime: 0 }));
  if (renew.data) return <BackupCodes codes={renew.data.backupCodes} onDone={onClose} />;
  return (
    <PasswordStep
      submitLabel={mAccount.renewBackupCodes()}
      failed={mAccount.backupCodesFailed()}
      error={renew.error}
      isBusy={renew.isPending}
      onSubmit={(password) => renew.mutate({ password })}
      onCancel={onClose}
    />
  );
}
