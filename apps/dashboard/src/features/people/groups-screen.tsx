import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { lazy, type ReactElement, Suspense, useState } from "react";

import { m } from "../../lib/messages.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { type ApiOutputs, useTRPC } from "../../trpc.ts";
import { Blank } from "../../ui/blank.tsx";
import { Button } from "../../ui/button.tsx";
import { AlertDialog } from "../../ui/dialog.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { useFailureToast } from "../../ui/use-failure-toast.ts";

const GroupSheet = lazy(async () => {
  const { GroupSheet } = await import("./group-sheet.tsx");
  return { default: GroupSheet };
});

export type Group = ApiOutputs["groups"]["list"]["groups"][number];

export function GroupsScreen(): ReactElement {
  const trpc = useTRPC();
  const { role } = useSignedIn();
  const mayEdit = role === "admin";
  const list = useQuery(trpc.groups.list.queryOptions());
  const [editing, setEditing] = useState<Group | "new">();
  const add = (
    <Button variant="primary" onClick={() => setEditing("new")}>
      <Plus size={16} aria-hidden />
      {m.groups.add()}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={m.nav.groups()}
        note={list.data && m.groups.count({ count: list.data.groups.length })}
        actions={mayEdit ? add : undefined}
      />
      <div className="px-(--gutter)">
        <QueryRegion query={list} failed={m.groups.loadFailed()}>
          {({ groups }) =>
            groups.length === 0 ? (
              <Blank action={mayEdit ? add : undefined}>{mayEdit ? m.groups.empty() : m.groups.none()}</Blank>
            ) : (
              <ul className="ledger" aria-label={m.nav.groups()}>
                {groups.map((group) => (
                  <GroupRow key={group.id} group={group} mayEdit={mayEdit} onEdit={() => setEditing(group)} />
                ))}
              </ul>
            )
          }
        </QueryRegion>
      </div>
      <Suspense>
        <GroupSheet edited={editing} onClose={() => setEditing(undefined)} />
      </Suspense>
    </>
  );
}

type GroupRowProps = { group: Group; mayEdit: boolean; onEdit: () => void };

function GroupRow({ group, mayEdit, onEdit }: GroupRowProps): ReactElement {
  return (
    <li className="connection-row">
      <div className="min-w-0">
        <p>
          {mayEdit ? (
            <button type="button" className="row-button font-strong" onClick={onEdit}>
              {group.name}
            </button>
          ) : (
            <span className="font-strong">{group.name}</span>
          )}
        </p>
        {group.description !== "" && <p className="text-ink-muted">{group.description}</p>}
      </div>
      {mayEdit && (
        <div className="flex items-center gap-2">
          <span className="text-ink-muted">{m.groups.members({ count: group.memberIds.length })}</span>
          <DeleteGroup group={group} />
        </div>
      )}
    </li>
  );
}

function DeleteGroup({ group }: { group: Group }): ReactElement {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const [isOpen, setIsOpen] = useState(false);
  const remove = useMutation(
    trpc.groups.delete.mutationOptions({
      onSuccess: () => setIsOpen(false),
      onError: (error) => fail(m.groups.deleteFailed({ name: group.name }), error),
      onSettled: () => queries.invalidateQueries(trpc.groups.pathFilter()),
    }),
  );
  return (
    <>
      <Button
        variant="quiet"
        shape="icon"
        aria-label={m.app.deleteThis({ name: group.name })}
        onClick={() => setIsOpen(true)}
      >
        <Trash2 size={16} aria-hidden />
      </Button>
      <AlertDialog
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={m.app.deleteNamed({ name: group.name })}
        description={m.groups.deleteHint({ count: group.memberIds.length })}
        confirmLabel={m.app.delete()}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate({ id: group.id })}
      />
    </>
  );
}
