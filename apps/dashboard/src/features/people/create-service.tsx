import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../../lib/messages.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { Select } from "../../ui/select.tsx";
import { TextField } from "../../ui/text-field.tsx";

type CreateServiceProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

export function CreateService({ isOpen, onOpenChange }: CreateServiceProps): ReactElement {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={m.users.addService()}
      description={m.users.addServiceHint()}
    >
      {isOpen && <Form onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

const roles = ["user", "admin"] as const;

function Form({ onDone }: { onDone: () => void }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [role, setRole] = useState<(typeof roles)[number]>("user");
  const create = useMutation(
    trpc.users.createService.mutationOptions({
      // To its own page, where its keys are made.
      onSuccess: async ({ id }) => {
        onDone();
        void queries.invalidateQueries(trpc.users.pathFilter());
        await navigate({ to: "/users/$userId", params: { userId: id } });
      },
    }),
  );
  const problem = create.error ? toProblem(create.error) : undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate({ name, role });
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && (
        <ProblemBox title={m.users.addFailed()} error={create.error} />
      )}
      <TextField
        label={m.users.name()}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={findIssue(problem, "name")}
      />
      <Select
        label={m.users.role()}
        value={role}
        onValueChange={setRole}
        options={roles.map((value) => ({ value, label: m.users.roleName[value]() }))}
      />
      <div className="dialog-actions">
        <Button onClick={onDone}>{m.ui.cancel()}</Button>
        <Button type="submit" variant="primary" isBusy={create.isPending}>
          {m.users.addService()}
        </Button>
      </div>
    </form>
  );
}
