import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mInvitations } from "../../messages/invitations.ts";
import { Denied } from "../../shell/denied.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { type ApiOutputs, useTRPC, useTRPCClient } from "../../trpc.ts";
import { Blank } from "../../ui/blank.tsx";
import { Button, buttonLook } from "../../ui/button.tsx";
import { Tag } from "../../ui/chip.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";

const Invite = lazy(async () => {
  const { Invite } = await import("./invite.tsx");
  return { default: Invite };
});

type Invitation = ApiOutputs["invitations"]["list"]["invitations"][number];

export function InvitationsScreen(): ReactElement {
  const { role } = useSignedIn();
  return role === "admin" ? <Invitations /> : <Denied title={mInvitations.title()} right="administrator" />;
}

const pageSize = 50;

function Invitations(): ReactElement {
  const trpc = useTRPC();
  const list = useInvitations();
  const groups = useQuery(trpc.groups.list.queryOptions());
  const groupNames = new Map(groups.data?.groups.map(({ id, name }) => [id, name]));
  const [isInviting, setIsInviting] = useState(false);
  const add = (
    <Button variant="primary" onClick={() => setIsInviting(true)}>
      {mInvitations.add()}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={mInvitations.title()}
        actions={
          <>
            <Link to="/users" {...buttonLook("quiet")}>
              {m.nav.users()}
            </Link>
            {add}
          </>
        }
      />
      <div className="px-(--gutter)">
        <QueryRegion query={list} failed={mInvitations.loadFailed()}>
          {(invitations) =>
            invitations.length === 0 ? (
              <Blank action={add}>{mInvitations.none()}</Blank>
            ) : (
              <ul className="ledger" aria-label={mInvitations.title()}>
                {invitations.map((invitation) => (
                  <InvitationRow key={invitation.id} invitation={invitation} groupNames={groupNames} />
                ))}
              </ul>
            )
          }
        </QueryRegion>
        {list.hasNextPage && (
          <div className="py-4">
            <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {mInvitations.older()}
            </Button>
          </div>
        )}
      </div>
      <Suspense>
        <Invite isOpen={isInviting} onOpenChange={setIsInviting} />
      </Suspense>
    </>
  );
}

function useInvitations() {
  const client = useTRPCClient();
  return useInfiniteQuery({
    // Under the procedure's own path, so that what is said about invitations reaches it.
    queryKey: [["invitations", "list"], "pages"],
    initialPageParam: 0,
    queryFn: ({ pageParam: offset, signal }) =>
      client.invitations.list.query({ offset, limit: pageSize }, { signal }),
    getNextPageParam: ({ invitations }, pages) =>
      invitations.length < pageSize ? undefined : pages.length * pageSize,
    select: ({ pages }) => pages.flatMap(({ invitations }) => invitations),
  });
}

type InvitationRowProps = { invitation: Invitation; groupNames: ReadonlyMap<string, string> };

function InvitationRow({ invitation, groupNames }: InvitationRowProps): ReactElement {
  const { email, role, state, expiresAt, groupIds } = invitation;
  const isOpen = state === "open";
  return (
    <li className="connection-row">
      <div className="min-w-0">
        <p className="truncate font-strong">{email}</p>
        <p className="flex flex-wrap items-center gap-x-2 text-small text-ink-muted">
          {m.users.roleName[role]()}
          {groupIds.map((id) => groupNames.has(id) && <Tag key={id}>{groupNames.get(id)}</Tag>)}
          <span>
            {mInvitations.state[state]()}
            {isOpen && `, ${mInvitations.until({ until: expiresAt })}`}
          </span>
        </p>
      </div>
      {isOpen && <Revoke invitation={invitation} />}
    </li>
  );
}

function Revoke({ invitation: { id, email } }: { invitation: Invitation }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const revoke = useMutation(
    trpc.invitations.revoke.mutationOptions({
      onError: (error) => fail(mInvitations.revokeFailed({ email }), error),
      onSettled: () => queries.invalidateQueries(trpc.invitations.pathFilter()),
    }),
  );
  return (
    <Button
      size="small"
      aria-label={mInvitations.revokeThis({ email })}
      isBusy={revoke.isPending}
      onClick={() => revoke.mutate({ id })}
    >
      {mInvitations.revoke()}
    </Button>
  );
}
