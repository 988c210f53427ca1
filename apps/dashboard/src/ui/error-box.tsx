import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import { Button } from "./button.tsx";
import { useCopy } from "./use-copy.ts";

export type ErrorBoxProps = {
  /** What failed. */
  title: string;
  /** Why, and what to do next. */
  detail?: string | undefined;
  requestId?: string | undefined;
  onRetry?: () => void;
};

/** Stands in place of the region that failed; the rest of the page keeps working. */
export function ErrorBox({ title, detail, requestId, onRetry }: ErrorBoxProps): ReactElement {
  const request = requestId === undefined ? undefined : m.ui.requestId({ id: requestId });
  const details = [title, detail, request].filter((line) => line !== undefined).join("\n");
  const { label, copy } = useCopy(details, m.ui.copyDetails());
  return (
    <div className="error-box" role="alert">
      <div className="grid gap-0.5">
        <strong>{title}</strong>
        {detail !== undefined && <p>{detail}</p>}
        {request !== undefined && <p className="mono">{request}</p>}
      </div>
      <div className="flex flex-wrap gap-2">
        {onRetry && (
          <Button size="small" onClick={onRetry}>
            {m.app.retry()}
          </Button>
        )}
        <Button size="small" variant="quiet" onClick={copy}>
          <span aria-live="polite">{label}</span>
        </Button>
      </div>
    </div>
  );
}
