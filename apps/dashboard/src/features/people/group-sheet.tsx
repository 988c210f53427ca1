import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mModel } from "../../messages/model.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useTRPC, useTRPCClient } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { MultiCombobox } from "../../ui/combobox.tsx";
import { Sheet } from "../../ui/dialog.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { TextField } from "../../ui/text-field.tsx";
import type { Option } from "../../ui/use-options.ts";
import type { Group } from "./groups-screen.tsx";

type GroupSheetProps = { edited: Group | "new" | undefined; onClose: () => void };

export function GroupSheet({ edited, onClose }: GroupSheetProps): ReactElement {
  const title =
    edited === undefined || edited === "new" ? m.groups.add() : m.groups.edit({ name: edited.name });
  return (
    <Sheet isOpen={edited !== undefined} onOpenChange={(isOpen) => !isOpen && onClose()} title={title}>
      {edited !== undefined && <Form group={edited === "new" ? undefined : edited} onDone={onClose} />}
    </Sheet>
  );
}

function Form({ group, onDone }: { group: Group | undefined; onDone: () => void }): ReactElement {
  const [draft, setDraft] = useState({
    name: group?.name ?? "",
    description: group?.description ?? "",
    memberIds: group?.memberIds ?? [],
  });
  const members = useMembers();
  const { save, error, isSaving } = useSave(group, onDone);
  const problem = error ? toProblem(error) : undefined;
  return (
    <form
      className="stack gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save(draft);
      }}
    >
      {problem && problem.issues.length === 0 && <ProblemBox title={m.groups.saveFailed()} error={error} />}
      <TextField
        label={m.groups.name()}
        autoComplete="off"
        value={draft.name}
        onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        error={findIssue(problem, "name")}
      />
      <TextArea
        label={mModel.description()}
        rows={2}
        value={draft.description}
        onValueChange={(description) => setDraft({ ...draft, description })}
        error={findIssue(problem, "description")}
      />
      <MultiCombobox
        label={m.groups.membersLabel()}
        placeholder={m.groups.membersPlaceholder()}
        options={members.search}
        value={draft.memberIds.map(members.toOption)}
        onValueChange={(options) => setDraft({ ...draft, memberIds: options.map((option) => option.value) })}
        error={findIssue(problem, "memberIds")}
      />
      <div className="dialog-actions">
        <Button type="submit" variant="primary" isBusy={isSaving}>
          {m.saveBar.save()}
        </Button>
      </div>
    </form>
  );
}

function useSave(group: Group | undefined, onDone: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const options = {
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries(trpc.groups.pathFilter());
    },
  };
  const create = useMutation(trpc.groups.create.mutationOptions(options));
  const update = useMutation(trpc.groups.update.mutationOptions(options));
  return {
    save: (draft: { name: string; description: string; memberIds: string[] }) =>
      group ? update.mutate({ id: group.id, ...draft }) : create.mutate(draft),
    error: create.error ?? update.error,
    isSaving: create.isPending || update.isPending,
  };
}

const known = 100;
const shown = 20;

function useMembers() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const users = useQuery(trpc.users.list.queryOptions({ limit: known }));
  const names = new Map(users.data?.users.map((user) => [user.id, user.name]));
  return {
    toOption: (id: string): Option => ({ value: id, label: names.get(id) ?? m.access.unknownUser() }),
    search: async (query: string, signal: AbortSignal): Promise<Option[]> => {
      const search = query.trim().slice(0, 128);
      const page = await client.users.list.query(
        { limit: shown, ...(search !== "" && { search }) },
        { signal },
      );
      return page.users.map((user) => ({ value: user.id, label: user.name, detail: user.email }));
    },
  };
}
