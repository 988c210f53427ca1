import { Progress as BaseProgress } from "@base-ui/react/progress";
import type { ReactElement } from "react";

export type ProgressProps = {
  /** What is under way. */
  label: string;
  /** 0 to 100; `null` while nothing is known. */
  percent: number | null;
};

/** How far something is; the words beside it say more. */
export function Progress({ label, percent }: ProgressProps): ReactElement {
  return (
    <BaseProgress.Root value={percent} aria-label={label} className="progress">
      <BaseProgress.Track className="progress-track">
        <BaseProgress.Indicator className="progress-indicator" />
      </BaseProgress.Track>
    </BaseProgress.Root>
  );
}
