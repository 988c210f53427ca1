import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { mHistory } from "../../messages/history.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { AlertDialog, Sheet } from "../../ui/dialog.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import type { ModelDetail } from "./model-draft.ts";
import { VersionList } from "./version-list.tsx";

const pageSize = 20;
/** What the server gives at most. */
const mostVersions = 100;

/** Who wrote what, and the way back to it. */
export function ModelHistory({ detail }: { detail: ModelDetail }): ReactElement | null {
  const [isOpen, setIsOpen] = useState(false);
  if (detail.revision === null) return null;
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>{mHistory.open()}</Button>
      <Sheet isOpen={isOpen} onOpenChange={setIsOpen} title={mHistory.title({ name: detail.name })}>
        {isOpen && <Versions detail={detail} />}
      </Sheet>
    </>
  );
}

function Versions({ detail }: { detail: ModelDetail }): ReactElement {
  const trpc = useTRPC();
  const [limit, setLimit] = useState(pageSize);
  const [chosen, setChosen] = useState<number>();
  const history = useQuery({
    ...trpc.models.history.queryOptions({ id: detail.id, limit }),
    placeholderData: keepPreviousData,
  });
  const restore = useRestore(detail, () => setChosen(undefined));
  return (
    <QueryRegion query={history} failed={mHistory.loadFailed()}>
      {({ versions, total }) => (
        <>
          <VersionList versions={versions} current={detail.revision} onRestore={setChosen} />
          {total > versions.length && limit < mostVersions && (
            <Button onClick={() => setLimit(Math.min(mostVersions, limit + pageSize))}>
              {mHistory.older()}
            </Button>
          )}
          <AlertDialog
            isOpen={chosen !== undefined}
            onOpenChange={(isOpen) => !isOpen && setChosen(undefined)}
            title={mHistory.restoreTitle({ number: chosen ?? 0, name: detail.name })}
            description={mHistory.restoreHint()}
            confirmLabel={mHistory.restore()}
            isBusy={restore.isPending}
            onConfirm={() =>
              chosen !== undefined &&
              detail.revision !== null &&
              restore.mutate({ id: detail.id, revision: detail.revision, version: chosen })
            }
          />
        </>
      )}
    </QueryRegion>
  );
}

function useRestore(detail: ModelDetail, close: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  return useMutation(
    trpc.models.restore.mutationOptions({
      onSuccess: async (restored) => {
        queries.setQueryData(trpc.models.get.queryKey({ id: detail.id }), restored);
        await queries.invalidateQueries(trpc.models.pathFilter());
      },
      onError: (error) => fail(mHistory.restoreFailed({ name: detail.name }), error),
      onSettled: close,
    }),
  );
}
