import type { ReactElement, ReactNode } from "react";

import { ProblemBox } from "./problem-box.tsx";
import { Loading, Skeleton } from "./skeleton.tsx";

export type QueryRegionProps<Data> = {
  query: { data: Data | undefined; error: unknown; refetch: () => unknown };
  /** The title when it fails: "The groups could not be loaded". */
  failed: string;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
};

/** A region that waits for one query. What was there before stays when a later fetch fails: the offline bar says so. */
export function QueryRegion<Data>({
  query,
  failed,
  skeleton,
  children,
}: QueryRegionProps<Data>): ReactElement {
  const { data, error } = query;
  if (data === undefined && error !== null) {
    return <ProblemBox title={failed} error={error} onRetry={() => void query.refetch()} />;
  }
  return (
    <Loading isLoading={data === undefined} skeleton={skeleton ?? <Lines />}>
      {data !== undefined && children(data)}
    </Loading>
  );
}

function Lines(): ReactElement {
  return (
    <div className="grid gap-6 py-3">
      <Skeleton width="60%" />
      <Skeleton width="75%" />
      <Skeleton width="50%" />
    </div>
  );
}
