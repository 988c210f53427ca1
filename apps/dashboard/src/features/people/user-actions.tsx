import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { useTRPC } from "../../trpc.ts";
import { ActionsMenu } from "../../ui/actions-menu.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import type { UserRow } from "./user-columns.tsx";

const roles = ["admin", "user", "pending"] as const;

/** Role and suspension. The server protects the last administrator and says so. */
export function UserActions({ user }: { user: UserRow }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const update = useMutation(
    trpc.users.update.mutationOptions({
      onError: (error) => fail(m.users.changeFailed({ name: user.name }), error),
      onSettled: () => queries.invalidateQueries(trpc.users.pathFilter()),
    }),
  );
  const { id, name, role, status } = user;
  const isSuspended = status === "suspended";
  return (
    <ActionsMenu
      name={name}
      size="small"
      entries={[
        {
          kind: "choice",
          label: m.users.role(),
          value: role,
          options: roles.map((value) => ({ value, label: m.users.roleName[value]() })),
          onChange: (value) => {
            const next = roles.find((candidate) => candidate === value);
            if (next) update.mutate({ id, role: next });
          },
        },
        { kind: "separator", id: "before-status" },
        {
          kind: "action",
          label: isSuspended ? m.users.reinstate() : m.users.suspend(),
          ...(!isSuspended && { tone: "danger" }),
          onSelect: () => update.mutate({ id, status: isSuspended ? "active" : "suspended" }),
        },
      ]}
    />
  );
}
