import type { ReactElement } from "react";

import { mAccount } from "../../messages/account.ts";
import { Arrival } from "../../ui/arrival.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";

/** The only time that backup codes are shown. */
export function BackupCodes({
  codes,
  onDone,
}: {
  codes: readonly string[];
  onDone: () => void;
}): ReactElement {
  return (
    <div className="stack gap-4">
      <Arrival>{mAccount.backupCodesHint()}</Arrival>
      <CodeBlock label={mAccount.backupCodes()} code={codes.join("\n")} />
      <div className="dialog-actions">
        <Button variant="primary" onClick={onDone}>
          {mAccount.savedCodes()}
        </Button>
      </div>
    </div>
  );
}
