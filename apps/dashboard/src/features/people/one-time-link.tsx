import type { ReactElement } from "react";

import { mLinks } from "../../messages/links.ts";
import { Arrival } from "../../ui/arrival.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";

type OneTimeLinkProps = { url: string; expiresAt: string; onDone: () => void };

/** The only time that a link is shown; it lives in the state of the dialog alone. */
export function OneTimeLink({ url, expiresAt, onDone }: OneTimeLinkProps): ReactElement {
  return (
    <div className="stack gap-4">
      <Arrival>{mLinks.made({ until: expiresAt })}</Arrival>
      <CodeBlock label={mLinks.link()} code={url} />
      <div className="dialog-actions">
        <Button variant="primary" onClick={onDone}>
          {mLinks.done()}
        </Button>
      </div>
    </div>
  );
}
