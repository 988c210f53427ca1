import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { mModel } from "../../messages/model.ts";
import { type Problem, toProblem } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc.ts";
import {
  type DraftField,
  fromDetail,
  listChanges,
  type ModelDetail,
  type ModelDraft,
  toUpdateInput,
} from "./model-draft.ts";

export type ModelEditor = {
  draft: ModelDraft;
  change: (patch: Partial<ModelDraft>) => void;
  changes: readonly DraftField[];
  onInvalid: (name: string, isInvalid: boolean) => void;
  /** Why it cannot be saved now. */
  blockedBy: string | undefined;
  save: () => Promise<boolean>;
  discard: () => void;
  isSaving: boolean;
  problem: Problem | undefined;
  error: unknown;
  /** Someone else has saved since. */
  isStale: boolean;
  loadTheirs: () => void;
  keepMine: () => void;
};

/** The draft of one model over what is stored, which may change under it. */
export function useModelEditor(latest: ModelDetail): ModelEditor {
  const [stored, setStored] = useState(latest);
  const [draft, setDraft] = useState(() => fromDetail(latest));
  const [invalid, setInvalid] = useState<ReadonlySet<string>>(new Set());
  const changes = listChanges(draft, fromDetail(stored));
  const isNewer = latest !== stored && latest.revision !== stored.revision;

  const adopt = (detail: ModelDetail): void => {
    setStored(detail);
    setDraft(fromDetail(detail));
    setInvalid(new Set());
  };
  // Nothing of one's own would be lost, so the newest version is simply shown; facts change without a revision.
  if (latest !== stored && changes.length === 0) adopt(latest);

  const save = useSave(adopt);
  const problem = save.error ? toProblem(save.error) : undefined;
  return {
    draft,
    change: (patch) => setDraft({ ...draft, ...patch }),
    changes,
    onInvalid: (name, isInvalid) => setInvalid(withMember(invalid, name, isInvalid)),
    blockedBy: invalid.size > 0 ? mModel.invalidFields({ names: [...invalid] }) : undefined,
    save: async () => {
      try {
        await save.mutateAsync(toUpdateInput(draft, stored));
        return true;
      } catch {
        return false;
      }
    },
    discard: () => {
      save.reset();
      adopt(latest);
    },
    isSaving: save.isPending,
    problem: problem?.code === "revision_conflict" ? undefined : problem,
    error: save.error,
    isStale: isNewer,
    loadTheirs: () => {
      save.reset();
      adopt(latest);
    },
    keepMine: () => {
      save.reset();
      setDraft(rebase(draft, { from: fromDetail(stored), to: fromDetail(latest) }));
      setStored(latest);
    },
  };
}

function useSave(adopt: (detail: ModelDetail) => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.models.update.mutationOptions({
      onSuccess: (detail) => {
        adopt(detail);
        queries.setQueryData(trpc.models.get.queryKey({ id: detail.id }), detail);
        void queries.invalidateQueries(trpc.models.pathFilter());
      },
      onError: (error) => {
        if (toProblem(error).code === "revision_conflict")
          void queries.invalidateQueries(trpc.models.pathFilter());
      },
    }),
  );
}

function withMember(set: ReadonlySet<string>, name: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (isIn) next.add(name);
  else next.delete(name);
  return next;
}

/** One's own changes over the newest version: what one has not touched becomes theirs. */
function rebase(draft: ModelDraft, { from, to }: { from: ModelDraft; to: ModelDraft }): ModelDraft {
  const mine = listChanges(draft, from).map((field) => [field, draft[field]] as const);
  return { ...to, ...Object.fromEntries(mine) };
}
