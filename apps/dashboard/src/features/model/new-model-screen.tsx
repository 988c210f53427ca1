import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { toProblem } from "../../lib/problem.ts";
import { Denied } from "../../shell/denied.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import { emptyModel, listChanges, type ModelDraft, suggestId, toCreateInput } from "./model-draft.ts";
import { ModelForm } from "./model-form.tsx";

export function NewModelScreen(): ReactElement {
  const { rights } = useSignedIn();
  return rights.has("models.create") ? (
    <NewModel />
  ) : (
    <Denied title={m.page.newModel()} right="models.create" />
  );
}

function NewModel(): ReactElement {
  // Our parseSearch yields text values only.
  const { base }: Record<string, string> = useSearch({ strict: false });
  const [start] = useState<ModelDraft>({ ...emptyModel, baseModelId: base ?? null });
  const [draft, setDraft] = useState(start);
  const [invalid, setInvalid] = useState<readonly string[]>([]);
  const create = useCreate();
  const isDirty = draft.id !== start.id || listChanges(draft, start).length > 0;
  const change = (patch: Partial<ModelDraft>): void => {
    const isIdFollowing = draft.id === suggestId(draft.name) && patch.name !== undefined;
    setDraft({ ...draft, ...(isIdFollowing && { id: suggestId(patch.name ?? "") }), ...patch });
  };
  return (
    <>
      <PageHeader title={m.page.newModel()} />
      <form
        className="editor"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(toCreateInput(draft));
        }}
      >
        {create.error && <ProblemBox title={mModel.createFailed()} error={create.error} />}
        <div className="stack max-w-[48rem] gap-8">
          <ModelForm
            draft={draft}
            onChange={change}
            onInvalid={(name, isInvalid) =>
              setInvalid(
                isInvalid ? [...new Set([...invalid, name])] : invalid.filter((other) => other !== name),
              )
            }
            problem={create.error ? toProblem(create.error) : undefined}
            isReadOnly={false}
            kind="new"
            isBaseMissing={false}
          />
          <Button
            type="submit"
            variant="primary"
            className="justify-self-start"
            isBusy={create.isPending}
            disabledReason={invalid.length > 0 ? mModel.invalidFields({ names: invalid }) : undefined}
          >
            {mModel.create()}
          </Button>
        </div>
      </form>
      <LeaveDialog isDirty={isDirty && !create.isSuccess} />
    </>
  );
}

function useCreate() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation(
    trpc.models.create.mutationOptions({
      onSuccess: async (detail) => {
        queries.setQueryData(trpc.models.get.queryKey({ id: detail.id }), detail);
        void queries.invalidateQueries(trpc.models.pathFilter());
        await navigate({ to: "/catalog/$", params: { _splat: detail.id }, ignoreBlocker: true });
      },
    }),
  );
}
