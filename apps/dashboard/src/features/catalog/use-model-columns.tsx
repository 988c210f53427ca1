import { Link } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";

import { format } from "../../lib/format.ts";
import { m } from "../../lib/messages.ts";
import type { ApiOutputs } from "../../trpc.ts";
import { Tag } from "../../ui/chip.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import type { DataColumn } from "../../ui/table/columns.ts";
import { Tile } from "../../ui/tile.tsx";
import { keepViewAs } from "../view-as/use-view-as.ts";

export type ModelRow = ApiOutputs["models"]["list"]["rows"][number];

export function useModelColumns(hasConnections: boolean): readonly DataColumn<ModelRow>[] {
  return useMemo(
    () => allColumns.filter((column) => hasConnections || column.id !== "connection"),
    [hasConnections],
  );
}

const allColumns: readonly DataColumn<ModelRow>[] = [
  { id: "name", header: m.catalog.model(), isSortable: true, cell: (row) => <NameCell row={row} /> },
  {
    id: "connection",
    header: m.catalog.connection(),
    width: "9rem",
    hideBelow: "lg",
    cell: (row) =>
      row.kind === "custom" ? (
        <span className="text-ink-muted">{row.baseModelId ?? m.catalog.custom()}</span>
      ) : (
        format.list(row.connections?.map((connection) => connection.name) ?? [])
      ),
  },
  { id: "status", header: m.catalog.status(), width: "8.5rem", cell: (row) => <Lamp status={row.status} /> },
  {
    id: "can",
    header: m.catalog.can(),
    width: "9rem",
    hideBelow: "xl",
    cell: (row) => <span className="text-ink-muted">{listCapabilities(row)}</span>,
  },
  {
    id: "context",
    header: m.catalog.context(),
    width: "4.5rem",
    align: "end",
    hideBelow: "lg",
    cell: (row) => (row.contextLength === null ? "" : format.compact(row.contextLength)),
  },
  {
    id: "visibility",
    header: m.catalog.visibility(),
    width: "6rem",
    hideBelow: "md",
    cell: (row) => m.access.visibility[row.visibility](),
  },
  {
    id: "tags",
    header: m.catalog.tags(),
    width: "9rem",
    hideBelow: "2xl",
    cell: (row) => <TagsCell row={row} />,
  },
  {
    id: "updated",
    header: m.catalog.updated(),
    width: "8.5rem",
    align: "end",
    isSortable: true,
    hideBelow: "lg",
    cell: (row) => (
      <time
        dateTime={row.updatedAt}
        title={format.dateTime(new Date(row.updatedAt))}
        className="text-ink-muted"
      >
        {format.relative(new Date(row.updatedAt))}
      </time>
    ),
  },
];

function NameCell({ row }: { row: ModelRow }): ReactElement {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <Tile id={row.id} size={28} />
      <span className="grid min-w-0">
        <Link
          to="/catalog/$"
          params={{ _splat: row.id }}
          search={keepViewAs}
          className="truncate font-strong hover:underline"
        >
          {row.name}
        </Link>
        <span className="mono truncate leading-4 text-ink-muted">
          {row.id}
          {row.hidden && ` · ${m.catalog.hidden()}`}
        </span>
      </span>
    </span>
  );
}

function TagsCell({ row }: { row: ModelRow }): ReactElement {
  return (
    <span className="flex gap-1 overflow-hidden">
      {row.tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
    </span>
  );
}

/** Of what it can do, what sets it apart; every model completes text. */
function listCapabilities(row: ModelRow): string {
  const names = Object.entries(row.capabilities).flatMap(([name, capability]) =>
    capability.value && name !== "completion" ? [m.capability[name as keyof typeof row.capabilities]()] : [],
  ); // safe: the keys of a typed record
  return names.join(", ");
}
