import { Link } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { lazy, type ReactElement, Suspense, useMemo, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mInvitations } from "../../messages/invitations.ts";
import { createUrlCodec, textParam } from "../../lib/url-state.ts";
import { useUrlState } from "../../lib/use-url-state.ts";
import { Denied } from "../../shell/denied.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { useTRPCClient } from "../../trpc.ts";
import { Blank } from "../../ui/blank.tsx";
import { buttonLook } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { ProblemBox } from "../../ui/problem-box.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { DataTable } from "../../ui/table/data-table.tsx";
import { useSparseRows } from "../../ui/table/use-sparse-rows.ts";
import { createUserColumns, type UserRow } from "./user-columns.tsx";

const CreateUser = lazy(async () => {
  const { CreateUser } = await import("./create-user.tsx");
  return { default: CreateUser };
});

const Invite = lazy(async () => {
  const { Invite } = await import("./invite.tsx");
  return { default: Invite };
});

const CreateService = lazy(async () => {
  const { CreateService } = await import("./create-service.tsx");
  return { default: CreateService };
});

const codec = createUrlCodec({ q: textParam() });

export function UsersScreen(): ReactElement {
  const { rights } = useSignedIn();
  return rights.has("users.read") ? <Users /> : <Denied title={m.nav.users()} right="users.read" />;
}

function Users(): ReactElement {
  const { role } = useSignedIn();
  const mayEdit = role === "admin";
  const { state, update } = useUrlState(codec);
  const rows = useUsers(state.q.trim());
  const columns = useMemo(() => createUserColumns(mayEdit), [mayEdit]);
  return (
    <>
      <PageHeader
        title={m.nav.users()}
        note={rows.total === undefined ? undefined : m.users.count({ count: rows.total })}
        actions={mayEdit && <AddPeople />}
      />
      <search className="catalog-bar">
        <SearchField
          label={m.users.search()}
          value={state.q}
          onValueChange={(q) => update({ q }, "replace")}
        />
      </search>
      <div className="min-h-0 flex-1">
        {rows.error && rows.total === undefined ? (
          <div className="p-(--gutter)">
            <ProblemBox title={m.users.loadFailed()} error={rows.error} onRetry={rows.refetch} />
          </div>
        ) : (
          <DataTable<UserRow>
            label={m.nav.users()}
            columns={columns}
            total={rows.total ?? 3}
            getRow={rows.getRow}
            getRowId={(user) => user.id}
            onWindowChange={rows.onWindowChange}
            empty={<Blank>{m.ui.noMatch({ query: state.q })}</Blank>}
          />
        )}
      </div>
    </>
  );
}

/** The ways in which somebody gets an account. */
function AddPeople(): ReactElement {
  const [open, setOpen] = useState<"invite" | "user" | "service">();
  const onOpenChange = (isOpen: boolean): void => {
    if (!isOpen) setOpen(undefined);
  };
  return (
    <>
      <Link to="/invitations" {...buttonLook("quiet")}>
        {mInvitations.title()}
      </Link>
      <Menu
        align="end"
        side="bottom"
        trigger={
          <button type="button" className="button" data-variant="primary">
            {m.users.addAny()}
            <ChevronDown size={16} aria-hidden />
          </button>
        }
        entries={[
          { kind: "action", label: m.users.addByLink(), onSelect: () => setOpen("invite") },
          { kind: "action", label: m.users.addByPassword(), onSelect: () => setOpen("user") },
          { kind: "separator", id: "before-service" },
          { kind: "action", label: m.users.addService(), onSelect: () => setOpen("service") },
        ]}
      />
      <Suspense>
        <Invite isOpen={open === "invite"} onOpenChange={onOpenChange} />
        <CreateUser isOpen={open === "user"} onOpenChange={onOpenChange} />
        <CreateService isOpen={open === "service"} onOpenChange={onOpenChange} />
      </Suspense>
    </>
  );
}

function useUsers(search: string) {
  const client = useTRPCClient();
  const filter = search === "" ? {} : { search };
  return useSparseRows<UserRow>({
    queryKey: [["users", "list"], "pages", filter],
    fetchPage: async ({ offset, limit, signal }) => {
      const { users, total } = await client.users.list.query({ ...filter, offset, limit }, { signal });
      return { rows: users, total };
    },
  });
}
