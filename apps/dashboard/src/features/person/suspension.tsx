import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mPerson } from "../../messages/person.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import { Control } from "./control.tsx";
import type { PersonDetail } from "./person-screen.tsx";

/** Suspending says before what it stops; the way back asks nothing. */
export function Suspension({ person: { id, name, status } }: { person: PersonDetail }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const [isOpen, setIsOpen] = useState(false);
  const update = useMutation(
    trpc.users.update.mutationOptions({
      onSuccess: () => setIsOpen(false),
      onError: (error) => fail(m.users.changeFailed({ name }), error),
      onSettled: async () => {
        await Promise.all([
          queries.invalidateQueries(trpc.users.pathFilter()),
          queries.invalidateQueries(trpc.access.effective.queryFilter()),
        ]);
      },
    }),
  );
  const preview = useQuery(
    trpc.users.previewUpdate.queryOptions({ id, status: "suspended" }, { enabled: isOpen }),
  );
  const stopped = preview.data?.models.map((model) => model.name) ?? [];
  if (status === "suspended") {
    return (
      <Control title={mPerson.suspended()} hint={mPerson.reinstateHint()}>
        <Button isBusy={update.isPending} onClick={() => update.mutate({ id, status: "active" })}>
          {m.users.reinstate()}
        </Button>
      </Control>
    );
  }
  return (
    <Control title={mPerson.suspension()} hint={mPerson.suspendHint()}>
      <Button variant="danger" onClick={() => setIsOpen(true)}>
        {m.users.suspend()}
      </Button>
      <AlertDialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={mPerson.suspendTitle({ name })}
        description={mPerson.suspendConsequence({ total: preview.data?.total, stopped })}
        confirmLabel={m.users.suspend()}
        isBusy={update.isPending || preview.isFetching}
        onConfirm={() => update.mutate({ id, status: "suspended" })}
      />
    </Control>
  );
}
