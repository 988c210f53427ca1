import { type CSSProperties, type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";

import { m } from "../lib/messages.ts";

const delayMs = 150;
const minimumMs = 300;

/** True from 150 ms into loading, then for at least 300 ms: fast answers flash nothing, slow ones do not flicker. */
export function useSkeleton(isLoading: boolean): boolean {
  const [isShown, setIsShown] = useState(false);
  const shownAtMs = useRef(0);

  useEffect(() => {
    if (isLoading === isShown) return undefined;
    const waitMs = isLoading ? delayMs : Math.max(0, shownAtMs.current + minimumMs - performance.now());
    const timer = window.setTimeout(() => {
      shownAtMs.current = performance.now();
      setIsShown(isLoading);
    }, waitMs);
    return () => window.clearTimeout(timer);
  }, [isLoading, isShown]);

  return isShown;
}

/** One bar in the place of text. */
export function Skeleton({ width = "8rem" }: { width?: CSSProperties["width"] }): ReactElement {
  return <span className="skeleton" style={{ width }} />;
}

export type LoadingProps = {
  isLoading: boolean;
  /** Bars in the final geometry. */
  skeleton: ReactNode;
  children: ReactNode;
};

/** A region that shows nothing, then its skeleton, then its content. */
export function Loading({ isLoading, skeleton, children }: LoadingProps): ReactElement {
  const isSkeletonShown = useSkeleton(isLoading);
  return (
    <div aria-busy={isLoading}>
      {isSkeletonShown && (
        <>
          <output className="sr-only">{m.app.loading()}</output>
          {skeleton}
        </>
      )}
      {!isSkeletonShown && !isLoading && children}
    </div>
  );
}
