import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { type Problem, toProblem } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import type { ModelDetail } from "./model-draft.ts";

/** Deletes a custom model, or clears the settings of a provider's own. The second question names what depends on it. */
export function DeleteModel({ detail }: { detail: ModelDetail }): ReactElement | null {
  const [isOpen, setIsOpen] = useState(false);
  const { remove, dependants } = useDelete(detail, () => setIsOpen(false));
  const isBase = detail.kind === "base";
  if (isBase && detail.revision === null) return null;
  const open = (next: boolean): void => {
    setIsOpen(next);
    if (!next) remove.reset();
  };
  const label = isBase ? mModel.clearSettings() : m.app.delete();
  return (
    <>
      <Button variant="danger" onClick={() => setIsOpen(true)}>
        {label}
      </Button>
      <AlertDialog
        isOpen={isOpen}
        onOpenChange={open}
        title={isBase ? mModel.clearTitle({ name: detail.name }) : m.app.deleteNamed({ name: detail.name })}
        description={
          dependants ? mModel.dependants(dependants) : isBase ? mModel.clearHint() : mModel.deleteHint()
        }
        confirmLabel={dependants ? mModel.deleteAnyway() : label}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate({ id: detail.id, force: dependants !== undefined })}
      />
    </>
  );
}

function useDelete(detail: ModelDetail, close: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const fail = useFailureToast();
  const remove = useMutation(
    trpc.models.delete.mutationOptions({
      onSuccess: async () => {
        close();
        // First away from the page: what it shows is gone.
        if (detail.kind === "custom") await navigate({ to: "/catalog", ignoreBlocker: true });
        await queries.invalidateQueries(trpc.models.pathFilter());
      },
      onError: (error) => {
        if (toProblem(error).code === "dependants_exist") return;
        close();
        fail(mModel.deleteFailed({ name: detail.name }), error);
      },
    }),
  );
  const problem: Problem | undefined = remove.error ? toProblem(remove.error) : undefined;
  return { remove, dependants: problem?.code === "dependants_exist" ? problem.dependants : undefined };
}
