import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { mSetup } from "../../messages/setup.ts";
import { Button } from "../../ui/button.tsx";
import { ConnectionForm } from "../connections/connection-form.tsx";
import { emptyConnection } from "../connections/connection-draft.ts";
import { useSaveConnection } from "../connections/use-save-connection.tsx";
import { VerifyLadder } from "../connections/verify-ladder.tsx";
import { useVerify } from "../connections/use-verify.ts";
import { useLocalOllama } from "./use-local-ollama.ts";

/** The first endpoint. Everything beyond address and key waits on the connections page. */
export function ConnectStep({ onDone }: { onDone: () => void }): ReactElement {
  const [draft, setDraft] = useState(emptyConnection);
  const localModels = useLocalOllama();
  const verify = useVerify(undefined);
  const save = useSaveConnection({ onSaved: onDone });
  const problem = verify.problem ?? save.problem;
  return (
    <form
      className="stack gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.create(draft);
      }}
    >
      <p className="text-ink-muted">{mSetup.connectHint()}</p>
      {localModels !== undefined && <p role="status">{mSetup.localOllama({ count: localModels })}</p>}
      <ConnectionForm draft={draft} onChange={setDraft} problem={problem} scope="essentials" />
      <VerifyLadder verify={verify} />
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => verify.run(draft)} isBusy={verify.isRunning}>
          {m.connections.verify()}
        </Button>
        <Button type="submit" variant="primary" isBusy={save.isSaving}>
          {mSetup.connectNow()}
        </Button>
        <Button variant="quiet" onClick={onDone}>
          {mSetup.later()}
        </Button>
      </div>
      {save.problemBox}
    </form>
  );
}
