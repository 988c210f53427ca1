import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, type ReactElement, Suspense, useState } from "react";

import { m } from "../../lib/messages.ts";
import { Denied } from "../../shell/denied.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useSignedIn } from "../../shell/session.ts";
import { useTRPC } from "../../trpc.ts";
import { Blank } from "../../ui/blank.tsx";
import { Button } from "../../ui/button.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import type { Connection } from "./connection-draft.ts";
import { ConnectionRow } from "./connection-row.tsx";

const ConnectionSheet = lazy(async () => {
  const { ConnectionSheet } = await import("./connection-sheet.tsx");
  return { default: ConnectionSheet };
});

export function ConnectionsScreen(): ReactElement {
  const { rights } = useSignedIn();
  return rights.has("connections.read") ? (
    <Connections />
  ) : (
    <Denied title={m.nav.connections()} right="connections.read" />
  );
}

/** `undefined`: closed; `new`: an empty form. */
type Editing = Connection | "new" | undefined;

function Connections(): ReactElement {
  const trpc = useTRPC();
  const { role } = useSignedIn();
  const mayEdit = role === "admin";
  const list = useQuery(trpc.connections.list.queryOptions());
  const [editing, setEditing] = useState<Editing>();
  const add = (
    <Button variant="primary" onClick={() => setEditing("new")}>
      <Plus size={16} aria-hidden />
      {m.connections.add()}
    </Button>
  );
  const latest = editing === "new" ? editing : list.data?.connections.find(({ uid }) => uid === editing?.uid);
  return (
    <>
      <PageHeader
        title={m.nav.connections()}
        note={list.data && m.connections.count({ count: list.data.connections.length })}
        actions={mayEdit ? add : undefined}
      />
      <div className="px-(--gutter)">
        <QueryRegion query={list} failed={m.connections.loadFailed()}>
          {({ connections }) =>
            connections.length === 0 ? (
              <Blank action={mayEdit ? add : undefined}>{m.connections.empty()}</Blank>
            ) : (
              <ul className="ledger" aria-label={m.nav.connections()}>
                {connections.map((connection) => (
                  <ConnectionRow
                    key={connection.uid}
                    connection={connection}
                    mayEdit={mayEdit}
                    onEdit={() => setEditing(connection)}
                  />
                ))}
              </ul>
            )
          }
        </QueryRegion>
      </div>
      <Suspense>
        <ConnectionSheet
          edited={editing === "new" ? undefined : editing}
          latest={latest === "new" ? undefined : latest}
          isOpen={editing !== undefined}
          onClose={() => setEditing(undefined)}
        />
      </Suspense>
    </>
  );
}
