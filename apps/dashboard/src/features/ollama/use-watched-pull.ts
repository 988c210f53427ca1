import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { mOllama } from "../../messages/ollama.ts";
import { useTRPC, useTRPCClient } from "../../trpc.ts";
import { useToast } from "../../ui/toasts.tsx";
import type { PullJob } from "./download.tsx";

type Watched = { connectionUid: string; job: PullJob; isWatched: boolean };

/** The download as it is now. Its end is announced, and shows in the lists. */
export function useWatchedPull({ connectionUid, job, isWatched }: Watched): PullJob {
  const client = useTRPCClient();
  const [latest, setLatest] = useState<PullJob>();
  const onEnd = useEnd();
  const { id } = job;

  useEffect(() => {
    if (!isWatched) return undefined;
    let last: PullJob | undefined;
    const subscription = client.ollama.watchPull.subscribe(
      { connectionUid, id },
      {
        onData: (state) => {
          last = state;
          setLatest(state);
        },
        onComplete: () => onEnd.current(last),
        // What it has become is in the list.
        onError: () => onEnd.current(undefined),
      },
    );
    return () => subscription.unsubscribe();
  }, [client, connectionUid, id, isWatched, onEnd]);

  // The list knows of an end that this tab did not watch.
  return job.state === "running" ? (latest ?? job) : job;
}

function useEnd() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const toast = useToast();
  const onEnd = async (job: PullJob | undefined): Promise<void> => {
    if (job?.state === "succeeded") toast({ title: mOllama.installedNow({ name: job.model }) });
    await queries.invalidateQueries(trpc.ollama.pathFilter());
    await queries.invalidateQueries(trpc.models.pathFilter());
  };
  const latest = useRef<(job: PullJob | undefined) => void>(() => {});
  useEffect(() => {
    latest.current = (job) => void onEnd(job);
  });
  return latest;
}
