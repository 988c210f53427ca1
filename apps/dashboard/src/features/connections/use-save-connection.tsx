import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { type Problem, toProblem } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc.ts";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { type Connection, type ConnectionDraft, toCreateInput, toUpdateInput } from "./connection-draft.ts";

export type SaveConnection = {
  create: (draft: ConnectionDraft) => void;
  update: (draft: ConnectionDraft, stored: Connection) => void;
  isSaving: boolean;
  problem: Problem | undefined;
  /** Someone saved this connection in the meantime. */
  isConflict: boolean;
  problemBox: ReactElement | null;
  reset: () => void;
};

export function useSaveConnection({ onSaved }: { onSaved: () => void }): SaveConnection {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const options = {
    onSuccess: () => {
      void queries.invalidateQueries(trpc.connections.pathFilter());
      void queries.invalidateQueries(trpc.models.pathFilter());
      onSaved();
    },
  };
  const create = useMutation(trpc.connections.create.mutationOptions(options));
  const update = useMutation(trpc.connections.update.mutationOptions(options));
  const error = create.error ?? update.error;
  const problem = error ? toProblem(error) : undefined;
  const isConflict = problem?.code === "revision_conflict";
  return {
    create: (draft) => create.mutate(toCreateInput(draft)),
    update: (draft, stored) => update.mutate(toUpdateInput(draft, stored)),
    isSaving: create.isPending || update.isPending,
    problem,
    isConflict,
    problemBox: error && !isConflict ? <ProblemBox title={m.connections.saveFailed()} error={error} /> : null,
    reset: () => {
      create.reset();
      update.reset();
    },
  };
}
