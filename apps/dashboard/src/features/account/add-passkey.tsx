import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type SubmitEvent, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mAccount } from "../../messages/account.ts";
import { findIssue, toProblem } from "../../lib/problem.ts";
import { createPasskey } from "../../session/passkeys.ts";
import { SignInForm } from "../../session/sign-in-form.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { useTRPC, useTRPCClient } from "../../trpc.ts";
import { Arrival } from "../../ui/arrival.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { TextField } from "../../ui/text-field.tsx";

type AddPasskeyProps = { isOpen: boolean; onClose: () => void };

export function AddPasskey({ isOpen, onClose }: AddPasskeyProps): ReactElement {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(next) => !next && onClose()}
      title={mAccount.addPasskey()}
      description={mAccount.addPasskeyHint()}
    >
      {isOpen && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }): ReactElement {
  const [name, setName] = useState("");
  const add = useAdd(onClose);
  const problem = add.error ? toProblem(add.error) : undefined;
  if (problem?.code === "session_not_fresh") return <ProveAgain onProven={() => add.reset()} />;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    add.mutate(name);
  };
  return (
    <form className="stack gap-4" onSubmit={submit} noValidate>
      {problem && problem.issues.length === 0 && (
        <ProblemBox title={mAccount.passkeyNotAdded()} error={add.error} />
      )}
      <TextField
        label={mAccount.passkeyName()}
        help={mAccount.passkeyNameHelp()}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={findIssue(problem, "name")}
      />
      <div className="dialog-actions">
        <Button onClick={onClose}>{m.ui.cancel()}</Button>
        <Button type="submit" variant="primary" isBusy={add.isPending}>
          {mAccount.addPasskey()}
        </Button>
      </div>
    </form>
  );
}

/** A passkey is added only soon after a sign-in: a borrowed screen must not make one. */
function ProveAgain({ onProven }: { onProven: () => void }): ReactElement {
  const { id, email } = useSignedIn();
  const onSignedIn = (user: { id: string }): void => {
    // Nothing of the one may stay before the eyes of the other.
    if (user.id === id) onProven();
    else window.location.reload();
  };
  return (
    <div className="stack gap-4">
      <Arrival>{mAccount.proveAgain()}</Arrival>
      <SignInForm onSignedIn={onSignedIn} initialEmail={email} />
    </div>
  );
}

function useAdd(onDone: () => void) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: async (typed: string) => {
      const name = typed.trim() === "" ? mAccount.passkeyDefaultName() : typed;
      const { ceremony, options } = await client.auth.passkeys.begin.mutate();
      const response = await createPasskey(options);
      return client.auth.passkeys.register.mutate({ ceremony, response, name });
    },
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries(trpc.auth.passkeys.pathFilter());
    },
  });
}
