import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import { useFailureToast } from "../../ui/use-failure-toast.ts";
import { useTRPC } from "../../trpc.ts";
import { ActionsMenu } from "../../ui/actions-menu.tsx";
import { Switch } from "../../ui/choices.tsx";
import { Tag } from "../../ui/chip.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import type { Connection } from "./connection-draft.ts";
import { DeleteConnection } from "./delete-connection.tsx";
import { toLamp } from "./to-lamp.ts";

type ConnectionRowProps = { connection: Connection; mayEdit: boolean; onEdit: () => void };

export function ConnectionRow({ connection, mayEdit, onEdit }: ConnectionRowProps): ReactElement {
  const { name, health, enabled, uid, revision } = connection;
  const [isDeleting, setIsDeleting] = useState(false);
  const { toggle, refresh } = useRowActions(connection);
  return (
    <li className="connection-row">
      <Name connection={connection} onEdit={mayEdit ? onEdit : undefined} />
      <div className="connection-state">
        <Lamp {...toLamp(connection)} />
        <Link to="/catalog" search={{ conn: uid }} className="link">
          {m.connections.models({ count: health?.modelCount ?? 0 })}
        </Link>
        <Latency ms={health?.latencyMs ?? null} />
      </div>
      {mayEdit && (
        <div className="flex items-center gap-2">
          <Switch
            label={m.connections.enabledFor({ name })}
            isLabelHidden
            isChecked={toggle.isPending ? toggle.variables.enabled === true : enabled}
            onChange={(next) => toggle.mutate({ uid, revision, enabled: next })}
          />
          <ActionsMenu
            name={name}
            entries={[
              { kind: "action", label: m.connections.edit(), onSelect: onEdit },
              { kind: "action", label: m.connections.refresh(), onSelect: () => refresh.mutate({ uid }) },
              { kind: "separator", id: "danger" },
              { kind: "action", label: m.app.delete(), tone: "danger", onSelect: () => setIsDeleting(true) },
            ]}
          />
        </div>
      )}
      <DeleteConnection connection={connection} isOpen={isDeleting} onOpenChange={setIsDeleting} />
    </li>
  );
}

function Name({
  connection,
  onEdit,
}: {
  connection: Connection;
  onEdit: (() => void) | undefined;
}): ReactElement {
  const { name, url, health, tags, prefix, provider, enabled } = connection;
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-x-2">
        {onEdit ? (
          <button type="button" className="row-button font-strong" onClick={onEdit}>
            {name}
          </button>
        ) : (
          <span className="font-strong">{name}</span>
        )}
        <span className="text-ink-muted">{m.provider[provider]()}</span>
        {prefix !== null && <Tag>{m.connections.prefixed({ prefix })}</Tag>}
        {tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </p>
      <p className="mono truncate text-ink-muted">{url}</p>
      {enabled && health?.errorMessage && <p className="text-small text-bad">{health.errorMessage}</p>}
    </div>
  );
}

function Latency({ ms }: { ms: number | null }): ReactElement | null {
  return ms === null ? null : <span className="text-ink-muted">{format.durationMs(ms)}</span>;
}

function useRowActions({ name }: Connection) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const fail = useFailureToast();
  const settle = async (): Promise<void> => {
    await Promise.all([
      queries.invalidateQueries(trpc.connections.pathFilter()),
      queries.invalidateQueries(trpc.models.pathFilter()),
    ]);
  };
  const toggle = useMutation(
    trpc.connections.update.mutationOptions({
      onError: (error) => fail(m.connections.toggleFailed({ name }), error),
      onSettled: settle,
    }),
  );
  const refresh = useMutation(
    trpc.connections.refresh.mutationOptions({
      onError: (error) => fail(m.connections.refreshFailed({ name }), error),
      onSettled: settle,
    }),
  );
  return { toggle, refresh };
}
