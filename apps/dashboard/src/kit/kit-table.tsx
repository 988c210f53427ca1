import { type ReactElement, useState } from "react";

import { format } from "../lib/format.ts";
import { createUrlCodec, sortParam } from "../lib/url-state.ts";
import { useUrlState } from "../lib/use-url-state.ts";
import { Tag } from "../ui/chip.tsx";
import { Lamp, type ModelStatus } from "../ui/lamp.tsx";
import type { DataColumn } from "../ui/table/columns.ts";
import { DataTable } from "../ui/table/data-table.tsx";
import { type Page, useSparseRows } from "../ui/table/use-sparse-rows.ts";
import { Tile } from "../ui/tile.tsx";
import { KitSection } from "./kit-section.tsx";

type Row = {
  id: string;
  name: string;
  connection: string;
  status: ModelStatus;
  context: number;
  requests: number;
  tag: string;
};

const total = 10_000;
const statuses: ModelStatus[] = [
  "ready",
  "ready",
  "degraded",
  "ready",
  "unreachable",
  "disabled",
  "base_missing",
];
const families = ["Qwen3 Coder", "GPT-5.4", "Nomic Embed", "Llama 3.3", "Gemma 4", "Mistral Large"];
const connections = ["lab-gpu-1", "OpenAI main", "Azure Sweden", "lab-gpu-2"];

const codec = createUrlCodec(
  { sort: sortParam(["name", "requests"], { key: "name", descending: false }) },
  "kit-",
);

const columns: DataColumn<Row>[] = [
  {
    id: "name",
    header: "Model",
    isSortable: true,
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2.5">
        <Tile id={row.id} size={28} />
        <span className="grid min-w-0">
          <a href={`#${row.id}`} className="truncate font-strong hover:underline">
            {row.name}
          </a>
          <span className="mono truncate leading-4 text-ink-muted">{row.id}</span>
        </span>
      </span>
    ),
  },
  { id: "connection", header: "Connection", width: "9rem", hideBelow: "md", cell: (row) => row.connection },
  { id: "status", header: "Status", width: "9rem", cell: (row) => <Lamp status={row.status} /> },
  {
    id: "context",
    header: "Context",
    width: "5rem",
    align: "end",
    hideBelow: "lg",
    cell: (row) => format.compact(row.context),
  },
  {
    id: "requests",
    header: "Requests",
    width: "6.5rem",
    align: "end",
    isSortable: true,
    hideBelow: "md",
    cell: (row) => format.compact(row.requests),
  },
  { id: "tag", header: "Tags", width: "6rem", hideBelow: "xl", cell: (row) => <Tag>{row.tag}</Tag> },
];

function createRow(index: number): Row {
  const family = families[index % families.length] ?? "";
  return {
    id: `${family.toLowerCase().replaceAll(" ", "-")}:${index + 1}`,
    name: `${family} ${index + 1}`,
    connection: connections[index % connections.length] ?? "",
    status: statuses[index % statuses.length] ?? "ready",
    context: 8_192 * (1 + (index % 5) * 8),
    requests: (index * 7_919) % 41_000,
    tag: ["code", "prod", "eu", "embed"][index % 4] ?? "",
  };
}

async function fetchPage(page: { offset: number; limit: number }, isReversed: boolean): Promise<Page<Row>> {
  await new Promise((resolve) => window.setTimeout(resolve, 60));
  const rows = Array.from({ length: Math.min(page.limit, total - page.offset) }, (_, index) => {
    const position = page.offset + index;
    return createRow(isReversed ? total - 1 - position : position);
  });
  return { rows, total };
}

export function KitTable(): ReactElement {
  const { state, update } = useUrlState(codec);
  const [seen, setSeen] = useState("");
  const rows = useSparseRows<Row>({
    queryKey: ["kit", state.sort],
    fetchPage: (page) => fetchPage(page, state.sort.descending),
  });
  return (
    <KitSection title="Table">
      <div className="h-[26rem] border-y border-line">
        <DataTable
          label="Models"
          columns={columns}
          total={rows.total ?? total}
          getRow={rows.getRow}
          getRowId={(row) => row.id}
          onWindowChange={(first, end) => {
            rows.onWindowChange(first, end);
            setSeen(`${first}–${end}`);
          }}
          sort={state.sort}
          onSortChange={(sort) =>
            update({
              sort: { key: sort.key === "requests" ? "requests" : "name", descending: sort.descending },
            })
          }
          isBusy={rows.isFetching}
        />
      </div>
      <p className="text-small text-ink-muted">
        Rows in the document: <span data-testid="window">{seen}</span>
      </p>
    </KitSection>
  );
}
