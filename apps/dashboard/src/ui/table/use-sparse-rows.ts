import { hashKey, useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

export type Page<Row> = { rows: readonly Row[]; total: number };

export type SparseRowsOptions<Row> = {
  /** Identifies the list: filter and order included, offset excluded. */
  queryKey: readonly unknown[];
  fetchPage: (page: { offset: number; limit: number; signal: AbortSignal }) => Promise<Page<Row>>;
};

export type SparseRows<Row> = {
  total: number | undefined;
  getRow: (index: number) => Row | undefined;
  /** Tells which rows are on screen; their pages are fetched. */
  onWindowChange: (first: number, end: number) => void;
  error: Error | null;
  isFetching: boolean;
  refetch: () => void;
};

export const pageSize = 100;

/** A long list of which only the pages on screen are fetched; pages seen before stay in the query cache. */
export function useSparseRows<Row>({ queryKey, fetchPage }: SparseRowsOptions<Row>): SparseRows<Row> {
  const client = useQueryClient();
  const [offsets, setOffsets] = useState<readonly number[]>([0]);

  const results = useQueries({
    queries: offsets.map((offset) => ({
      queryKey: [...queryKey, { offset }],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchPage({ offset, limit: pageSize, signal }),
    })),
  });

  // A new filter shows the rows of the old one until its first answer is there.
  const newest = results.find((result) => result.data)?.data;
  const [shownKey, setShownKey] = useState(queryKey);
  const [shownTotal, setShownTotal] = useState<number>();
  if (newest && hashKey(shownKey) !== hashKey(queryKey)) setShownKey(queryKey);
  if (newest && newest.total !== shownTotal) setShownTotal(newest.total);

  const getRow = (index: number): Row | undefined => {
    const offset = index - (index % pageSize);
    return client.getQueryData<Page<Row>>([...shownKey, { offset }])?.rows[index - offset];
  };

  const onWindowChange = useCallback((first: number, end: number) => {
    const next = toOffsets(first, end);
    setOffsets((previous) => (previous.join() === next.join() ? previous : next));
  }, []);

  return {
    total: newest?.total ?? shownTotal,
    getRow,
    onWindowChange,
    error: results.find((result) => result.error)?.error ?? null,
    isFetching: results.some((result) => result.isFetching),
    refetch: () => void client.refetchQueries({ queryKey }),
  };
}

/** Offsets of the pages that hold rows `first` to `end`, exclusive; never none. */
export function toOffsets(first: number, end: number): number[] {
  const start = first - (first % pageSize);
  const count = Math.max(1, Math.ceil((end - start) / pageSize));
  return Array.from({ length: count }, (_, page) => start + page * pageSize);
}
