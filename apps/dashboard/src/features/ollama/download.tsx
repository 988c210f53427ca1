import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { mOllama } from "../../messages/ollama.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Progress } from "../../ui/progress.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import { useWatchedPull } from "./use-watched-pull.ts";

export type PullJob = ApiOutputs["ollama"]["pulls"][number];

type DownloadProps = { connectionUid: string; job: PullJob; isWatched: boolean; onRetry: () => void };

/** A download goes on whoever watches it, and can be stopped from anywhere. */
export function Download({ connectionUid, job: listed, isWatched, onRetry }: DownloadProps): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const job = useWatchedPull({ connectionUid, job: listed, isWatched });
  const { id, model, state, progress } = job;
  const cancel = useMutation(
    trpc.ollama.cancelPull.mutationOptions({
      onError: (error) => fail(mOllama.cancelFailed({ name: model }), error),
      onSettled: () => queries.invalidateQueries(trpc.ollama.pulls.queryFilter()),
    }),
  );
  return (
    <li className="connection-row">
      <div className="stack min-w-0 gap-1">
        <p className="mono truncate">{model}</p>
        {state === "running" && (
          <Progress label={mOllama.downloading({ name: model })} percent={progress?.percent ?? null} />
        )}
        <p className={state === "failed" ? "text-small text-bad" : "text-small text-ink-muted"}>
          {describe(job)}
        </p>
      </div>
      {state === "running" && (
        <Button
          size="small"
          aria-label={mOllama.cancelThis({ name: model })}
          isBusy={cancel.isPending}
          onClick={() => cancel.mutate({ connectionUid, id })}
        >
          {m.ui.cancel()}
        </Button>
      )}
      {state === "failed" && (
        <Button size="small" aria-label={mOllama.retryThis({ name: model })} onClick={onRetry}>
          {m.app.retry()}
        </Button>
      )}
      {state === "cancelled" && (
        <Button size="small" aria-label={mOllama.resumeThis({ name: model })} onClick={onRetry}>
          {mOllama.resume()}
        </Button>
      )}
    </li>
  );
}

function describe({ state, progress, error, endedAt }: PullJob): string {
  switch (state) {
    case "failed":
      return error?.message ?? mOllama.pullFailed();
    case "cancelled":
      return mOllama.cancelled();
    case "succeeded":
      return mOllama.pulled({ when: format.relative(new Date(endedAt ?? Date.now())) });
    case "running":
    default:
      return progress === null
        ? mOllama.phase.preparing()
        : mOllama.progress({
            phase: mOllama.phase[progress.phase](),
            percent: format.percent(progress.percent / 100),
            done: format.bytes(progress.completedBytes),
            total: progress.totalBytes > 0 ? format.bytes(progress.totalBytes) : undefined,
          });
  }
}
