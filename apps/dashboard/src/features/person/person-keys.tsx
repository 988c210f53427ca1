import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense, useState } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
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
    <section className="form-section" aria-label={m.person.keys()}>
      <h2>{m.person.keys()}</h2>
      <QueryRegion query={list} failed={m.person.keysLoadFailed()}>
        {({ keys }) =>
          keys.length === 0 ? (
            <p className="text-ink-muted">{m.person.noKeys()}</p>
          ) : (
            <ul className="ledger" aria-label={m.person.keys()}>
              {keys.map((key) => (
                <KeyRow key={key.id} apiKey={key} ownerId={ownerId} />
              ))}
            </ul>
          )
        }
      </QueryRegion>
      {kind === "service" && (
        <div>
          <Button onClick={() => setIsCreating(true)}>{m.person.newKey()}</Button>
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
  const used = lastUsedAt === null ? m.account.neverUsed() : format.relative(new Date(lastUsedAt));
  const end = useMutation(
    trpc.keys.delete.mutationOptions({
      onSuccess: () => setIsOpen(false),
      onError: (error) => fail(m.person.keyNotEnded({ name }), error),
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
          {m.person.keyFacts({
            scopes:
              scopes === "owner" ? [m.person.allScopes()] : scopes.map((scope) => m.person.scope[scope]()),
            until: expiresAt === null ? undefined : format.date(new Date(expiresAt)),
            used,
          })}
        </p>
      </div>
      <Button size="small" aria-label={m.person.endKey({ name })} onClick={() => setIsOpen(true)}>
        {m.account.end()}
      </Button>
      <AlertDialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={m.person.endKeyTitle({ name })}
        description={m.person.endKeyHint({ used })}
        confirmLabel={m.account.end()}
        isBusy={end.isPending}
        onConfirm={() => end.mutate({ id, ownerId })}
      />
    </li>
  );
}
