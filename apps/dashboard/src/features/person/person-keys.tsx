import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense, useState } from "react";

import { format } from "../../lib/format.ts";
import { mAccount } from "../../messages/account.ts";
import { mPerson } from "../../messages/person.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import type { PersonDetail } from "./person-screen.tsx";

const CreateKey = lazy(async () => {
  const { CreateKey } = await import("./create-key.tsx");
  return { default: CreateKey };
});

type OwnKey = ApiOutputs["keys"]["list"]["keys"][number];

/** Anybody's keys can be seen, masked, and ended; made only for programs. */
export function PersonKeys({ person }: { person: PersonDetail }): ReactElement {
  const trpc = useTRPC();
  const { id: ownerId, kind } = person;
  const list = useQuery(trpc.keys.list.queryOptions({ ownerId }));
  const [isCreating, setIsCreating] = useState(false);
  return (
    <section className="form-section" aria-label={mPerson.keys()}>
      <h2>{mPerson.keys()}</h2>
      <QueryRegion query={list} failed={mPerson.keysLoadFailed()}>
        {({ keys }) =>
          keys.length === 0 ? (
            <p className="text-ink-muted">{mPerson.noKeys()}</p>
          ) : (
            <ul className="ledger" aria-label={mPerson.keys()}>
              {keys.map((key) => (
                <KeyRow key={key.id} apiKey={key} ownerId={ownerId} />
              ))}
            </ul>
          )
        }
      </QueryRegion>
      {kind === "service" && (
        <div>
          <Button onClick={() => setIsCreating(true)}>{mPerson.newKey()}</Button>
          <Suspense>
            <CreateKey ownerId={ownerId} isOpen={isCreating} onOpenChange={setIsCreating} />
          </Suspense>
        </div>
      )}
    </section>
  );
}

function KeyRow({ apiKey, ownerId }: { apiKey: OwnKey; ownerId: string }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const [isOpen, setIsOpen] = useState(false);
  const { id, name, masked, scopes, expiresAt, lastUsedAt } = apiKey;
  const used = lastUsedAt === null ? mAccount.neverUsed() : format.relative(new Date(lastUsedAt));
  const end = useMutation(
    trpc.keys.delete.mutationOptions({
      onSuccess: () => setIsOpen(false),
      onError: (error) => fail(mPerson.keyNotEnded({ name }), error),
      onSettled: () => queries.invalidateQueries(trpc.keys.pathFilter()),
    }),
  );
  return (
    <li className="connection-row">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-strong">{name}</span>
          <span className="mono text-ink-muted">{masked}</span>
        </p>
        <p className="text-small text-ink-muted">
          {mPerson.keyFacts({
            scopes:
              scopes === "owner" ? [mPerson.allScopes()] : scopes.map((scope) => mPerson.scope[scope]()),
            until: expiresAt === null ? undefined : format.date(new Date(expiresAt)),
            used,
          })}
        </p>
      </div>
      <Button size="small" aria-label={mPerson.endKey({ name })} onClick={() => setIsOpen(true)}>
        {mAccount.end()}
      </Button>
      <AlertDialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={mPerson.endKeyTitle({ name })}
        description={mPerson.endKeyHint({ used })}
        confirmLabel={mAccount.end()}
        isBusy={end.isPending}
        onConfirm={() => end.mutate({ id, ownerId })}
      />
    </li>
  );
}
