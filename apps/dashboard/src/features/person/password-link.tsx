import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { mAccount } from "../../messages/account.ts";
import { mPerson } from "../../messages/person.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import { OneTimeLink } from "../people/one-time-link.tsx";
import { Control } from "./control.tsx";
import type { PersonDetail } from "./person-screen.tsx";

export function PasswordLink({ person: { id, name } }: { person: PersonDetail }): ReactElement {
  const trpc = useTRPC();
  const fail = useFailureToast();
  const create = useMutation(
    trpc.users.resetPassword.mutationOptions({
      gcTime: 0,
      onError: (error) => fail(mPerson.passwordLinkFailed({ name }), error),
    }),
  );
  const forget = (): void => create.reset();
  return (
    <Control title={mAccount.password()} hint={mPerson.passwordLinkHint()}>
      <Button isBusy={create.isPending} onClick={() => create.mutate({ id })}>
        {mPerson.passwordLink()}
      </Button>
      <Dialog
        isOpen={create.data !== undefined}
        onOpenChange={(isOpen) => !isOpen && forget()}
        title={mPerson.passwordLinkFor({ name })}
      >
        {create.data && <OneTimeLink {...create.data} onDone={forget} />}
      </Dialog>
    </Control>
  );
}
