import type { ReactElement } from "react";

import { Button } from "./button.tsx";
import { useCopy } from "./use-copy.ts";

export function CodeBlock({ code, label }: { code: string; label: string }): ReactElement {
  const { label: copyLabel, copy } = useCopy(code);
  return (
    <figure className="code-block" aria-label={label}>
      <div className="code-block-head">
        <span>{label}</span>
        <Button size="small" variant="quiet" onClick={copy}>
          <span aria-live="polite">{copyLabel}</span>
        </Button>
      </div>
      {/* Scrolls sideways, so the keyboard must be able to reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
