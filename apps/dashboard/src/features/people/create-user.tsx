import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { NewPasswordField } from "../../ui/new-password-field.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { Select } from "../../ui/select.tsx";
import { TextField } from "../../ui/text-field.tsx";

type CreateUserProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

export function CreateUser({ isOpen, onOpenChange }: CreateUserProps): ReactElement {
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={m.users.add()} description={m.users.addHint()}>
      {isOpen && <Form onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

const blank = { name: "", email: "", password: "" };

function Form({ onDone }: { onDone: () => void }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [account, setAccount] = useState(blank);
  const [role, setRole] = useState<"admin" | "user">("user");
  const create = useMutation(
    trpc.users.create.mutationOptions({
      onSuccess: async () => {
        onDone();
        await queries.invalidateQueries(trpc.users.pathFilter());
      },
    }),
  );
  const problem = create.error ? toProblem(create.error) : undefined;
  const field = (name: "name" | "email") => ({
    value: account[name],
    onChange: (event: { target: { value: string } }) =>
      setAccount({ ...account, [name]: event.target.value }),
    error: findIssue(problem, name),
    autoComplete: "off",
  });
  return (
    <form
      className="stack gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ ...account, role });
      }}
    >
      {problem && problem.issues.length === 0 && (
        <ProblemBox title={m.users.addFailed()} error={create.error} />
      )}
      <TextField label={m.signIn.name()} {...field("name")} />
      <TextField label={m.signIn.email()} type="email" {...field("email")} />
      <NewPasswordField
        label={m.users.firstPassword()}
        value={account.password}
        onValueChange={(password) => setAccount({ ...account, password })}
        error={findIssue(problem, "password")}
      />
      <Select
        label={m.users.role()}
        value={role}
        onValueChange={setRole}
        options={(["user", "admin"] as const).map((value) => ({ value, label: m.users.roleName[value]() }))}
      />
      <div className="dialog-actions">
        <Button onClick={onDone}>{m.ui.cancel()}</Button>
        <Button type="submit" variant="primary" isBusy={create.isPending}>
          {m.users.add()}
        </Button>
      </div>
    </form>
  );
}
