import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";

type OneTimeLinkProps = { url: string; expiresAt: string; onDone: () => void };

/** The only time that a link is shown; it lives in the state of the dialog alone. */
export function OneTimeLink({ url, expiresAt, onDone }: OneTimeLinkProps): ReactElement {
  return (
    <div className="stack gap-4">
      <p className="text-ink-muted">{m.links.made({ until: expiresAt })}</p>
      <CodeBlock label={m.links.link()} code={url} />
      <div className="dialog-actions">
        <Button variant="primary" onClick={onDone}>
          {m.links.done()}
        </Button>
      </div>
    </div>
  );
}
