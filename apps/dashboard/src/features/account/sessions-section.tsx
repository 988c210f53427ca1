import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { format } from "../../lib/format.ts";
import { mAccount } from "../../messages/account.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Tag } from "../../ui/chip.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import { describeProgram } from "./describe-program.ts";

type OwnSession = ApiOutputs["auth"]["sessions"]["sessions"][number];

/** Where one is signed in. */
export function SessionsSection(): ReactElement {
  const trpc = useTRPC();
  const list = useQuery(trpc.auth.sessions.queryOptions());
  return (
    <section className="stack gap-3" aria-label={mAccount.tab.sessions()}>
      <h2>{mAccount.sessions()}</h2>
      <p className="text-ink-muted">{mAccount.sessionsHint()}</p>
      <QueryRegion query={list} failed={mAccount.sessionsLoadFailed()}>
        {({ sessions }) => (
          <div className="stack gap-4">
            <ul className="ledger" aria-label={mAccount.sessions()}>
              {sessions.map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </ul>
            <EndOthers count={sessions.length - 1} />
          </div>
        )}
      </QueryRegion>
    </section>
  );
}

function SessionRow({ session }: { session: OwnSession }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const { id, isCurrent, address, createdAt, lastUsedAt } = session;
  const program = describeProgram(session.userAgent) ?? mAccount.unknownProgram();
  const end = useMutation(
    trpc.auth.endSession.mutationOptions({
      onError: (error) => fail(mAccount.sessionNotEnded({ program }), error),
      onSettled: () => queries.invalidateQueries(trpc.auth.sessions.queryFilter()),
    }),
  );
  return (
    <li className="connection-row">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 font-strong" title={session.userAgent ?? undefined}>
          {program}
          {isCurrent && <Tag>{mAccount.thisSession()}</Tag>}
        </p>
        <p className="text-small text-ink-muted">
          {mAccount.sessionFacts({
            address,
            since: format.dateTime(new Date(createdAt)),
            used: format.relative(new Date(lastUsedAt)),
          })}
        </p>
      </div>
      {!isCurrent && (
        <Button
          size="small"
          aria-label={mAccount.endThis({ program })}
          isBusy={end.isPending}
          onClick={() => end.mutate({ id })}
        >
          {mAccount.end()}
        </Button>
      )}
    </li>
  );
}

function EndOthers({ count }: { count: number }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const [isOpen, setIsOpen] = useState(false);
  const end = useMutation(
    trpc.auth.signOutEverywhere.mutationOptions({
      onSuccess: () => setIsOpen(false),
      onError: (error) => fail(mAccount.othersNotEnded(), error),
      onSettled: () => queries.invalidateQueries(trpc.auth.sessions.queryFilter()),
    }),
  );
  return (
    <div>
      <Button
        variant="danger"
        disabledReason={count > 0 ? undefined : mAccount.noOthers()}
        onClick={() => setIsOpen(true)}
      >
        {mAccount.endOthers()}
      </Button>
      <AlertDialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={mAccount.endOthersTitle({ count })}
        description={mAccount.endOthersHint()}
        confirmLabel={mAccount.endOthers()}
        isBusy={end.isPending}
        onConfirm={() => end.mutate({ keepsCurrent: true })}
      />
    </div>
  );
}
