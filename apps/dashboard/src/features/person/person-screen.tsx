import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, type ReactElement } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { mPerson } from "../../messages/person.ts";
import { mViewAs } from "../../messages/view-as.ts";
import { toProblem } from "../../lib/problem.ts";
import { Denied } from "../../shell/denied.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { Blank } from "../../ui/blank.tsx";
import { buttonLook } from "../../ui/button.tsx";
import { Deferred } from "../../ui/deferred.tsx";
import { KeyValue, type KeyValueProps } from "../../ui/key-value.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";

const Management = lazy(async () => {
  const { Management } = await import("./management.tsx");
  return { default: Management };
});

export type PersonDetail = ApiOutputs["users"]["get"];

export function PersonScreen(): ReactElement {
  const { userId = "" } = useParams({ strict: false });
  const { rights } = useSignedIn();
  return rights.has("users.read") ? (
    <Person key={userId} id={userId} />
  ) : (
    <Denied title={m.nav.users()} right="users.read" />
  );
}

function Person({ id }: { id: string }): ReactElement {
  const trpc = useTRPC();
  const { role } = useSignedIn();
  const mayManage = role === "admin";
  const person = useQuery(trpc.users.get.queryOptions({ id }));
  const code = person.error ? toProblem(person.error).code : undefined;
  if (code === "user_not_found" || code === "invalid_input") return <Nobody />;
  return (
    <>
      <PageHeader
        title={person.data?.name ?? mPerson.title()}
        note={person.data && m.users.kindName[person.data.kind]()}
        actions={
          mayManage && (
            <Link to="/catalog" search={{ as: id }} {...buttonLook()}>
              {mViewAs.begin()}
            </Link>
          )
        }
      />
      <div className="page max-w-[48rem]">
        <QueryRegion query={person} failed={mPerson.loadFailed()}>
          {(data) => (
            <div className="stack gap-6">
              <KeyValue items={listFacts(data)} />
              {mayManage && (
                <Deferred>
                  <Management person={data} />
                </Deferred>
              )}
            </div>
          )}
        </QueryRegion>
      </div>
    </>
  );
}

function listFacts({ kind, email, role, status, createdAt, groups }: PersonDetail): KeyValueProps["items"] {
  const names = groups.flatMap(({ name }) => name ?? []);
  return [
    // A program has none that anybody reads.
    ...(kind === "person" ? [{ label: m.signIn.email(), value: email }] : []),
    { label: m.users.role(), value: m.users.roleName[role]() },
    { label: m.catalog.status(), value: m.users.statusName[status]() },
    { label: m.nav.groups(), value: names.length > 0 ? format.list(names) : mPerson.noGroups() },
    { label: m.users.since(), value: format.dateTime(new Date(createdAt)) },
  ];
}

function Nobody(): ReactElement {
  return (
    <>
      <PageHeader title={mPerson.notFound()} />
      <div className="px-(--gutter)">
        <Blank
          action={
            <Link to="/users" {...buttonLook("primary")}>
              {mPerson.toUsers()}
            </Link>
          }
        >
          {mPerson.notFoundHint()}
        </Blank>
      </div>
    </>
  );
}
