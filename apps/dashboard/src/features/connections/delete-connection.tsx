import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { useTRPC } from "../../trpc.ts";
import { AlertDialog } from "../../ui/dialog.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import type { Connection } from "./connection-draft.ts";

type DeleteConnectionProps = {
  connection: Connection;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
};

export function DeleteConnection({ connection, isOpen, onOpenChange }: DeleteConnectionProps): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const { name, uid, health } = connection;
  const remove = useMutation(
    trpc.connections.delete.mutationOptions({
      onSuccess: () => onOpenChange(false),
      onError: (error) => fail(m.connections.deleteFailed({ name }), error),
      onSettled: async () => {
        await queries.invalidateQueries(trpc.connections.pathFilter());
        await queries.invalidateQueries(trpc.models.pathFilter());
      },
    }),
  );
  return (
    <AlertDialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={m.app.deleteNamed({ name })}
      description={m.connections.deleteHint({ count: health?.modelCount ?? 0 })}
      confirmLabel={m.app.delete()}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate({ uid })}
    />
  );
}
