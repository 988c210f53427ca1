import type { KeyScope } from "@corral/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mAccount } from "../../messages/account.ts";
import { mInvitations } from "../../messages/invitations.ts";
import { mPerson } from "../../messages/person.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/choices.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { Select } from "../../ui/select.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { NewKeyDialog } from "../keys/new-key-dialog.tsx";

type CreateKeyProps = { ownerId: string; isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

/** The new key lives in this component's state alone: never in the query cache, the address or storage. */
export function CreateKey({ ownerId, isOpen, onOpenChange }: CreateKeyProps): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      gcTime: 0,
      onSuccess: async () => {
        onOpenChange(false);
        await queries.invalidateQueries(trpc.keys.pathFilter());
      },
    }),
  );
  return (
    <>
      <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={mPerson.newKey()}>
        {isOpen && (
          <Form
            error={create.error}
            isBusy={create.isPending}
            onCancel={() => onOpenChange(false)}
            onSubmit={(form) => create.mutate({ ...form, ownerId })}
          />
        )}
      </Dialog>
      <NewKeyDialog secret={create.data?.key} onClose={() => create.reset()} />
    </>
  );
}

const dayMs = 24 * 60 * 60_000;
const lifetimes = ["30", "90", "180", "never"] as const;
type Lifetime = (typeof lifetimes)[number];

// Every scope has words. Safe: the messages have exactly these keys.
const allScopes = Object.keys(mPerson.scope) as KeyScope[];

type NewKey = { name: string; scopes: KeyScope[]; expiresAt: string | null };
type FormProps = {
  error: unknown;
  isBusy: boolean;
  onCancel: () => void;
  onSubmit: (form: NewKey) => void;
};

function Form({ error, isBusy, onCancel, onSubmit }: FormProps): ReactElement {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly KeyScope[]>(["gateway:invoke", "models:read"]);
  const [lifetime, setLifetime] = useState<Lifetime>("90");
  const problem = error === null ? undefined : toProblem(error);
  const issue = findIssue(problem, "scopes") ?? findIssue(problem, "expiresAt");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit({ name, scopes: [...scopes], expiresAt: toExpiry(lifetime) });
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && (problem.issues.length === 0 || issue !== undefined) && (
        <ProblemBox title={mAccount.createFailed()} error={error} />
      )}
      <TextField
        label={m.users.name()}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={findIssue(problem, "name")}
      />
      <fieldset className="stack gap-1">
        <legend className="field-label">{mPerson.scopes()}</legend>
        {allScopes.map((scope) => (
          <Checkbox
            key={scope}
            label={mPerson.scope[scope]()}
            isChecked={scopes.includes(scope)}
            onChange={(isChecked) =>
              setScopes(allScopes.filter((one) => (one === scope ? isChecked : scopes.includes(one))))
            }
          />
        ))}
      </fieldset>
      <Select
        label={mInvitations.goodFor()}
        value={lifetime}
        onValueChange={setLifetime}
        options={lifetimes.map((value) => ({ value, label: mPerson.lifetime[value]() }))}
      />
      <div className="dialog-actions">
        <Button onClick={onCancel}>{m.ui.cancel()}</Button>
        <Button type="submit" variant="primary" isBusy={isBusy}>
          {mAccount.create()}
        </Button>
      </div>
    </form>
  );
}

function toExpiry(lifetime: Lifetime): string | null {
  return lifetime === "never" ? null : new Date(Date.now() + Number(lifetime) * dayMs).toISOString();
}
