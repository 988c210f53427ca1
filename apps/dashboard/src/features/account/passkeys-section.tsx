import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { mAccount } from "../../messages/account.ts";
import { canUsePasskeys } from "../../session/passkeys.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import { AddPasskey } from "./add-passkey.tsx";

type Passkey = ApiOutputs["auth"]["passkeys"]["list"]["passkeys"][number];

export function PasskeysSection(): ReactElement {
  const trpc = useTRPC();
  const list = useQuery(trpc.auth.passkeys.list.queryOptions());
  const [isAdding, setIsAdding] = useState(false);
  return (
    <section className="form-section" aria-label={mAccount.passkeys()}>
      <h2>{mAccount.passkeys()}</h2>
      <p className="text-ink-muted">{mAccount.passkeysHint()}</p>
      <QueryRegion query={list} failed={mAccount.passkeysLoadFailed()}>
        {({ passkeys }) =>
          passkeys.length > 0 && (
            <ul className="ledger" aria-label={mAccount.passkeys()}>
              {passkeys.map((passkey) => (
                <PasskeyRow key={passkey.id} passkey={passkey} />
              ))}
            </ul>
          )
        }
      </QueryRegion>
      <div>
        <Button
          onClick={() => setIsAdding(true)}
          disabledReason={canUsePasskeys() ? undefined : mAccount.passkeysImpossible()}
        >
          {mAccount.addPasskey()}
        </Button>
      </div>
      <AddPasskey isOpen={isAdding} onClose={() => setIsAdding(false)} />
    </section>
  );
}

function PasskeyRow({ passkey }: { passkey: Passkey }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const [isOpen, setIsOpen] = useState(false);
  const { id, name, createdAt } = passkey;
  const remove = useMutation(
    trpc.auth.passkeys.delete.mutationOptions({
      onSuccess: () => setIsOpen(false),
      onError: (error) => fail(mAccount.passkeyNotRemoved({ name }), error),
      onSettled: () => queries.invalidateQueries(trpc.auth.passkeys.pathFilter()),
    }),
  );
  return (
    <li className="connection-row">
      <div className="min-w-0">
        <p className="truncate font-strong">{name}</p>
        <p className="text-small text-ink-muted">
          {mAccount.added({ when: format.dateTime(new Date(createdAt)) })}
        </p>
      </div>
      <Button size="small" aria-label={m.ui.remove({ name })} onClick={() => setIsOpen(true)}>
        {mAccount.remove()}
      </Button>
      <AlertDialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={mAccount.removePasskeyTitle({ name })}
        description={mAccount.removePasskeyHint()}
        confirmLabel={mAccount.remove()}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate({ id })}
      />
    </li>
  );
}
