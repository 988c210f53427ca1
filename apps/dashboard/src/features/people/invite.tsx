import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mInvitations } from "../../messages/invitations.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { MultiCombobox } from "../../ui/combobox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { Select } from "../../ui/select.tsx";
import { TextField } from "../../ui/text-field.tsx";
import type { Option } from "../../ui/use-options.ts";
import { OneTimeLink } from "./one-time-link.tsx";

type InviteProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

export function Invite({ isOpen, onOpenChange }: InviteProps): ReactElement {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={mInvitations.addTitle()}
      description={mInvitations.addHint()}
    >
      {isOpen && <Steps onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function Steps({ onDone }: { onDone: () => void }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const create = useMutation(
    trpc.invitations.create.mutationOptions({
      gcTime: 0,
      onSuccess: () => queries.invalidateQueries(trpc.invitations.pathFilter()),
    }),
  );
  if (create.data) {
    const { url, invitation } = create.data;
    return (
      <div className="stack gap-4">
        <h3>{mInvitations.readyFor({ email: invitation.email })}</h3>
        <OneTimeLink url={url} expiresAt={invitation.expiresAt} onDone={onDone} />
      </div>
    );
  }
  return (
    <Form
      error={create.error}
      isBusy={create.isPending}
      onCancel={onDone}
      onSubmit={(form) => create.mutate(form)}
    />
  );
}

const roles = ["user", "admin"] as const;
const days = ["1", "7", "30"] as const;

type Invited = { email: string; role: (typeof roles)[number]; groupIds: string[]; expiresInDays: number };
type FormProps = {
  error: unknown;
  isBusy: boolean;
  onCancel: () => void;
  onSubmit: (form: Invited) => void;
};

function Form({ error, isBusy, onCancel, onSubmit }: FormProps): ReactElement {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Invited["role"]>("user");
  const [groups, setGroups] = useState<readonly Option[]>([]);
  const [goodFor, setGoodFor] = useState<(typeof days)[number]>("7");
  const problem = error === null ? undefined : toProblem(error);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit({ email, role, groupIds: groups.map(({ value }) => value), expiresInDays: Number(goodFor) });
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && (
        <ProblemBox title={mInvitations.addFailed()} error={error} />
      )}
      <TextField
        label={m.signIn.email()}
        type="email"
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={findIssue(problem, "email")}
      />
      <Select
        label={m.users.role()}
        value={role}
        onValueChange={setRole}
        options={roles.map((value) => ({ value, label: m.users.roleName[value]() }))}
      />
      <MultiCombobox
        label={mInvitations.groups()}
        placeholder={mInvitations.groupsPlaceholder()}
        options={useGroupOptions()}
        value={groups}
        onValueChange={setGroups}
        error={findIssue(problem, "groupIds")}
      />
      <Select
        label={mInvitations.goodFor()}
        value={goodFor}
        onValueChange={setGoodFor}
        options={days.map((value) => ({ value, label: mInvitations.goodForDays[value]() }))}
      />
      <div className="dialog-actions">
        <Button onClick={onCancel}>{m.ui.cancel()}</Button>
        <Button type="submit" variant="primary" isBusy={isBusy}>
          {mInvitations.create()}
        </Button>
      </div>
    </form>
  );
}

function useGroupOptions(): readonly Option[] {
  const trpc = useTRPC();
  const groups = useQuery(trpc.groups.list.queryOptions());
  return groups.data?.groups.map(({ id, name }) => ({ value: id, label: name })) ?? [];
}
