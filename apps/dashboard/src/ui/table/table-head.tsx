import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactElement } from "react";

import type { Sort } from "../../lib/url-state.ts";
import type { DataColumn } from "./columns.ts";

type TableHeadProps = {
  columns: readonly DataColumn<never>[];
  sort: Sort<string> | undefined;
  onSortChange: ((sort: Sort<string>) => void) | undefined;
};

export function TableHead({ columns, sort, onSortChange }: TableHeadProps): ReactElement {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column) => {
          const isSorted = sort?.key === column.id;
          const order = sort?.descending === true ? "descending" : "ascending";
          return (
            <th
              key={column.id}
              scope="col"
              style={{ width: column.width }}
              data-align={column.align}
              aria-sort={isSorted ? order : undefined}
            >
              {column.isSortable && onSortChange ? (
                <button
                  type="button"
                  className="table-sort"
                  onClick={() => onSortChange({ key: column.id, descending: isSorted && !sort.descending })}
                >
                  {column.header}
                  {isSorted && <SortMark isDescending={sort.descending} />}
                </button>
              ) : (
                column.header
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** `aria-sort` says the same in words. */
function SortMark({ isDescending }: { isDescending: boolean }): ReactElement {
  const Icon = isDescending ? ArrowDown : ArrowUp;
  return <Icon size={12} aria-hidden />;
}
