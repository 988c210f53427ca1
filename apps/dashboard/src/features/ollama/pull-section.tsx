import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { mOllama } from "../../messages/ollama.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { Download } from "./download.tsx";
import { toModelName } from "./to-model-name.ts";

/** A browser opens six streams to one server over HTTP/1.1; the others are asked for. */
const watchedAtMost = 3;
const askEveryMs = 2_000;

export function PullSection({ connectionUid }: { connectionUid: string }): ReactElement {
  const trpc = useTRPC();
  const pulls = useQuery(
    trpc.ollama.pulls.queryOptions(
      { connectionUid },
      {
        refetchInterval: ({ state }) =>
          (state.data?.filter(isRunning).length ?? 0) > watchedAtMost ? askEveryMs : false,
      },
    ),
  );
  const start = useStart();
  const watched = new Set(pulls.data?.filter(isRunning).slice(0, watchedAtMost));
  return (
    <section className="form-section" aria-label={mOllama.pull()}>
      <h2>{mOllama.pull()}</h2>
      <PullForm connectionUid={connectionUid} start={start} />
      {pulls.data && pulls.data.length > 0 && (
        <ul className="ledger" aria-label={mOllama.downloads()}>
          {pulls.data.map((job) => (
            <Download
              key={job.id}
              connectionUid={connectionUid}
              job={job}
              isWatched={watched.has(job)}
              onRetry={() => start.mutate({ connectionUid, model: job.model })}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function isRunning({ state }: { state: string }): boolean {
  return state === "running";
}

function useStart() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.ollama.pull.mutationOptions({
      onSettled: () => queries.invalidateQueries(trpc.ollama.pulls.queryFilter()),
    }),
  );
}

type PullFormProps = { connectionUid: string; start: ReturnType<typeof useStart> };

function PullForm({ connectionUid, start }: PullFormProps): ReactElement {
  const [model, setModel] = useState("");
  const problem = start.error ? toProblem(start.error) : undefined;
  const issue = findIssue(problem, "model");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    start.mutate({ connectionUid, model: toModelName(model) }, { onSuccess: () => setModel("") });
  };
  return (
    <form className="stack gap-3" onSubmit={submit} noValidate>
      <div className="pull-form">
        <TextField
          label={mOllama.model()}
          help={mOllama.modelHelp()}
          isMono
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={model}
          onChange={(event) => setModel(event.target.value)}
          error={issue}
        />
        <Button type="submit" variant="primary" isBusy={start.isPending}>
          {mOllama.pull()}
        </Button>
      </div>
      {problem && issue === undefined && <ProblemBox title={mOllama.pullFailed()} error={start.error} />}
    </form>
  );
}
