import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import type { ApiOutputs } from "../../trpc.ts";
import type { DataColumn } from "../../ui/table/columns.ts";
import { UserActions } from "./user-actions.tsx";

export type UserRow = ApiOutputs["users"]["list"]["users"][number];

export function createUserColumns(mayEdit: boolean): readonly DataColumn<UserRow>[] {
  return [
    { id: "name", header: m.users.name(), cell: (user) => <NameCell user={user} /> },
    { id: "role", header: m.users.role(), width: "8rem", cell: (user) => m.users.roleName[user.role]() },
    {
      id: "status",
      header: m.catalog.status(),
      width: "7rem",
      hideBelow: "md",
      cell: (user) => m.users.statusName[user.status](),
    },
    {
      id: "created",
      header: m.users.since(),
      width: "8rem",
      hideBelow: "md",
      cell: (user) => <span className="text-ink-muted">{format.date(new Date(user.createdAt))}</span>,
    },
    ...(mayEdit
      ? [
          {
            id: "actions",
            header: m.app.actions(),
            width: "5.5rem",
            align: "end" as const,
            cell: (user: UserRow) => <UserActions user={user} />,
          },
        ]
      : []),
  ];
}

function NameCell({ user }: { user: UserRow }): ReactElement {
  return (
    <span className="grid min-w-0">
      <Link to="/users/$userId" params={{ userId: user.id }} className="truncate font-strong hover:underline">
        {user.name}
      </Link>
      <span className="truncate text-small leading-4 text-ink-muted">
        {user.kind === "service" ? m.users.kindName.service() : user.email}
        {user.status === "suspended" && ` · ${m.users.statusName.suspended()}`}
      </span>
    </span>
  );
}
