import {
  columnVisibilityFeature,
  type ColumnDef,
  createColumnHelper,
  tableFeatures,
} from "@tanstack/react-table";
import type { ReactNode } from "react";

/** What a screen says about a column; sorting happens on the server. */
export type DataColumn<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** CSS width; one column should have none and take what is left. */
  width?: string;
  align?: "start" | "end";
  isSortable?: boolean;
  /** Left out on windows narrower than this. */
  hideBelow?: "md" | "lg" | "xl" | "2xl";
};

/** `row` is undefined until its page has arrived; the place keeps its geometry. */
export type Slot<Row> = { index: number; row: Row | undefined };

export const features = tableFeatures({ columnVisibilityFeature });

export type SlotColumn<Row> = ColumnDef<typeof features, Slot<Row>>;

export function toSlotColumns<Row>(columns: readonly DataColumn<Row>[]): SlotColumn<Row>[] {
  const helper = createColumnHelper<typeof features, Slot<Row>>();
  return columns.map((column) =>
    helper.display({
      id: column.id,
      header: column.header,
      cell: ({ row }) => (row.original.row === undefined ? null : column.cell(row.original.row)),
    }),
  );
}
