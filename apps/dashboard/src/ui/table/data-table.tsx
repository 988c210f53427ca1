import { useTable } from "@tanstack/react-table";
import { type ReactElement, type ReactNode, useEffect, useMemo, useRef } from "react";

import { m } from "../../lib/messages.ts";
import type { Sort } from "../../lib/url-state.ts";
import { useMediaQuery } from "../../lib/use-media-query.ts";
import { Skeleton } from "../skeleton.tsx";
import { type DataColumn, features, type Slot, toSlotColumns } from "./columns.ts";
import { TableHead } from "./table-head.tsx";
import { useRowKeys } from "./use-row-keys.ts";
import { type RowWindow, useRowWindow } from "./use-row-window.ts";

export type DataTableProps<Row> = {
  label: string;
  /** The first column names the row: its cells are row headers and hold the link that opens it. */
  columns: readonly DataColumn<Row>[];
  total: number;
  getRow: (index: number) => Row | undefined;
  getRowId: (row: Row) => string;
  onWindowChange?: (first: number, end: number) => void;
  sort?: Sort<string>;
  onSortChange?: (sort: Sort<string>) => void;
  /** A newer answer is on its way; the rows stay. */
  isBusy?: boolean;
  /** Shown below the head when there are no rows. */
  empty?: ReactNode;
};

/** A virtual table of fixed row heights that remains a real table: j and k move, Enter opens. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const { columns, total, onWindowChange } = props;
  const region = useRef<HTMLDivElement>(null);
  const rowWindow = useRowWindow(region, total);
  const { first, end } = rowWindow;
  const keys = useRowKeys(region, rowWindow, total);

  useEffect(() => {
    if (end > 0) onWindowChange?.(first, end);
  }, [first, end, onWindowChange]);

  const columnVisibility = useVisibility(columns);
  const table = useSlotTable(props, rowWindow, columnVisibility);
  const visible = columns.filter((column) => columnVisibility[column.id] !== false);

  return (
    // The region scrolls, so the keyboard must be able to reach it.
    <section
      ref={region}
      className="table-region h-full"
      aria-label={m.table.region(props)}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      {...keys.events}
    >
      {props.isBusy && <div className="progress-line" />}
      <table
        className="table"
        aria-label={props.label}
        aria-rowcount={total + 1}
        aria-busy={props.isBusy ?? false}
      >
        <TableHead columns={visible} sort={props.sort} onSortChange={props.onSortChange} />
        <tbody>
          <Spacer heightPx={rowWindow.beforePx} span={visible.length} />
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              // The head is row 1.
              aria-rowindex={row.original.index + 2}
              data-current={row.original.index === keys.current || undefined}
            >
              {row.getVisibleCells().map((cell, position) => (
                <Cell key={cell.id} isRowHeader={position === 0} align={visible[position]?.align}>
                  {row.original.row === undefined ? (
                    <Skeleton width="60%" />
                  ) : (
                    <table.FlexRender cell={cell} />
                  )}
                </Cell>
              ))}
            </tr>
          ))}
          <Spacer heightPx={rowWindow.afterPx} span={visible.length} />
        </tbody>
      </table>
      {total === 0 && <div className="px-(--gutter)">{props.empty}</div>}
    </section>
  );
}

/** TanStack Table holds only the rows in the document: the others exist on the server. */
function useSlotTable<Row>(
  { columns, getRow, getRowId }: DataTableProps<Row>,
  { first, end }: RowWindow,
  columnVisibility: Record<string, boolean>,
) {
  const slots: Slot<Row>[] = [];
  for (let index = first; index < end; index += 1) slots.push({ index, row: getRow(index) });
  return useTable({
    features,
    columns: useMemo(() => toSlotColumns(columns), [columns]),
    data: slots,
    state: { columnVisibility },
    getRowId: (slot) => (slot.row === undefined ? `slot-${slot.index}` : getRowId(slot.row)),
  });
}

type CellProps = { isRowHeader: boolean; align: "start" | "end" | undefined; children: ReactNode };

function Cell({ isRowHeader, align, children }: CellProps): ReactElement {
  if (!isRowHeader) return <td data-align={align}>{children}</td>;
  return (
    <th scope="row" data-align={align}>
      {children}
    </th>
  );
}

/** Stands for the rows before or after those in the document. */
function Spacer({ heightPx, span }: { heightPx: number; span: number }): ReactElement | null {
  if (heightPx <= 0) return null;
  return (
    <tr className="table-spacer" aria-hidden>
      <td colSpan={span} style={{ height: heightPx }} />
    </tr>
  );
}

function useVisibility(columns: readonly DataColumn<never>[]): Record<string, boolean> {
  const isShown = {
    md: useMediaQuery("(width >= 768px)"),
    lg: useMediaQuery("(width >= 1024px)"),
    xl: useMediaQuery("(width >= 1280px)"),
    "2xl": useMediaQuery("(width >= 1600px)"),
  };
  return Object.fromEntries(
    columns.map(({ id, hideBelow }) => [id, hideBelow === undefined || isShown[hideBelow]]),
  );
}
