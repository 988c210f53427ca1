import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mPerson } from "../../messages/person.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { Select } from "../../ui/select.tsx";
import { useToast } from "../../ui/toasts.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import { Control } from "./control.tsx";
import { PasswordLink } from "./password-link.tsx";
import type { PersonDetail } from "./person-screen.tsx";
import { Suspension } from "./suspension.tsx";

const roles = ["admin", "user", "pending"] as const;

/** What administrators do to an account. The server protects the last administrator and says so. */
export function AccountControls({ person }: { person: PersonDetail }): ReactElement {
  const update = useUpdate(person);
  const isPerson = person.kind === "person";
  return (
    <section className="form-section" aria-label={mPerson.account()}>
      <h2>{mPerson.account()}</h2>
      <div className="max-w-[16rem]">
        <Select
          label={m.users.role()}
          value={update.isPending ? (update.variables.role ?? person.role) : person.role}
          onValueChange={(role) => update.mutate({ id: person.id, role })}
          options={roles.map((value) => ({ value, label: m.users.roleName[value]() }))}
        />
      </div>
      <ul className="ledger">
        {isPerson && <PasswordLink person={person} />}
        {isPerson && <SignOut person={person} />}
        {isPerson && <ResetFactors person={person} />}
        <Suspension person={person} />
      </ul>
    </section>
  );
}

function useUpdate({ name }: PersonDetail) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  return useMutation(
    trpc.users.update.mutationOptions({
      onError: (error) => fail(m.users.changeFailed({ name }), error),
      onSettled: async () => {
        await Promise.all([
          queries.invalidateQueries(trpc.users.pathFilter()),
          queries.invalidateQueries(trpc.access.effective.queryFilter()),
        ]);
      },
    }),
  );
}

function SignOut({ person: { id, name } }: { person: PersonDetail }): ReactElement {
  const trpc = useTRPC();
  const fail = useFailureToast();
  const toast = useToast();
  const signOut = useMutation(
    trpc.users.signOut.mutationOptions({
      onSuccess: ({ ended }) => toast({ title: mPerson.signedOut({ name, count: ended }) }),
      onError: (error) => fail(mPerson.signOutFailed({ name }), error),
    }),
  );
  return (
    <Control title={mPerson.sessions()} hint={mPerson.signOutHint()}>
      <Button isBusy={signOut.isPending} onClick={() => signOut.mutate({ id })}>
        {mPerson.signOut()}
      </Button>
    </Control>
  );
}

function ResetFactors({ person: { id, name } }: { person: PersonDetail }): ReactElement {
  const trpc = useTRPC();
  const fail = useFailureToast();
  const toast = useToast();
  const [isOpen, setIsOpen] = useState(false);
  const reset = useMutation(
    trpc.auth.secondFactor.reset.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast({ title: mPerson.factorsReset({ name }) });
      },
      onError: (error) => fail(mPerson.resetFactorsFailed({ name }), error),
    }),
  );
  return (
    <Control title={mPerson.factors()} hint={mPerson.resetFactorsHint()}>
      <Button onClick={() => setIsOpen(true)}>{mPerson.resetFactors()}</Button>
      <AlertDialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={mPerson.resetFactorsTitle({ name })}
        description={mPerson.resetFactorsConsequence()}
        confirmLabel={mPerson.resetFactors()}
        isBusy={reset.isPending}
        onConfirm={() => reset.mutate({ userId: id })}
      />
    </Control>
  );
}
