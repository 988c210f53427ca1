import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { mAccount } from "../../messages/account.ts";
import { useSessionRotation } from "../../session/api-provider.tsx";
import { useTRPC } from "../../trpc.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { PasswordStep } from "./password-step.tsx";

type RemoveCodesDialogProps = { isOpen: boolean; onClose: () => void };

export function RemoveCodesDialog({ isOpen, onClose }: RemoveCodesDialogProps): ReactElement {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(next) => !next && onClose()}
      title={mAccount.turnOffCodes()}
      description={mAccount.turnOffCodesHint()}
    >
      {isOpen && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.auth.secondFactor.remove.mutationOptions({
      ...useSessionRotation(),
      gcTime: 0,
      onSuccess: async () => {
        onClose();
        await queries.invalidateQueries(trpc.auth.pathFilter());
      },
    }),
  );
  return (
    <PasswordStep
      submitLabel={mAccount.turnOffCodes()}
      variant="danger"
      failed={mAccount.turnOffCodesFailed()}
      error={remove.error}
      isBusy={remove.isPending}
      onSubmit={(password) => remove.mutate({ password })}
      onCancel={onClose}
    />
  );
}
