import { type ReactElement, type ReactNode, Suspense } from "react";

import { Loading, Skeleton } from "./skeleton.tsx";

/** Below it stand parts that load after the page's first paint. */
export function Deferred({ children }: { children: ReactNode }): ReactElement {
  const waiting = (
    <Loading isLoading skeleton={<Skeleton width="60%" />}>
      {null}
    </Loading>
  );
  return <Suspense fallback={waiting}>{children}</Suspense>;
}
