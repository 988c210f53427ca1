import type { ReactElement } from "react";

import { toProblem } from "../lib/problem.ts";
import { ErrorBox } from "./error-box.tsx";

/** A failed call in place of what it should have brought. */
export function ProblemBox(props: { title: string; error: unknown; onRetry?: () => void }): ReactElement {
  const { message, remedy, requestId } = toProblem(props.error);
  return (
    <ErrorBox
      title={props.title}
      detail={`${message} ${remedy}`.trim()}
      requestId={requestId}
      {...(props.onRetry && { onRetry: props.onRetry })}
    />
  );
}
